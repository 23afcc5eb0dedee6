//! Every operation in every state of a payment intent.

use crate::prelude::*;
use IntentStatus::{
    Canceled, Processing, RequiresAction, RequiresCapture, RequiresConfirmation,
    RequiresPaymentMethod, Succeeded,
};

/// The operation is accepted in these states, each with the next one. In every other state it is
/// rejected and changes nothing.
fn check(case: &str, accepted: &[(IntentStatus, IntentStatus)], request: impl Fn(&str) -> Request) {
    for before in STATUSES {
        let case = format!("{case} in {before:?}");
        let mut merchant = Merchant::new();
        let id = merchant.intent_in(before);
        let (ledger, events) = (merchant.provider.ledger.clone(), merchant.provider.events.clone());
        let request = request(&id);
        if let Some((_, after)) = accepted.iter().find(|(status, _)| *status == before) {
            let intent = merchant.get(&request);
            assert_eq!(merchant.status(&id), *after, "{case}");
            has(&case, &intent, &json!({ "id": id, "status": after.name() }));
            continue;
        }
        let error = json!({
            "code": "payment_intent_unexpected_state",
            "type": "invalid_request_error",
            "payment_intent": { "id": id, "status": before.name() },
        });
        merchant.fail(&request, 400, &error);
        assert_eq!(merchant.status(&id), before, "{case}");
        assert_eq!(merchant.provider.ledger, ledger, "{case}");
        assert_eq!(merchant.provider.events, events, "{case}");
    }
}

#[test]
fn operations_are_accepted_in_certain_states() {
    let (without, with) = (RequiresPaymentMethod, RequiresConfirmation);
    let accepted = [without, with, RequiresAction].map(|status| (status, RequiresCapture));
    check("confirming with a card", &accepted, |id| confirm(id, "pm_card_visa"));
    let accepted = [(with, RequiresCapture), (RequiresAction, RequiresAction)];
    check("confirming with the card it has", &accepted, |id| post(id, "confirm"));
    check("capturing", &[(RequiresCapture, Succeeded)], capture);
    let open = [without, with, RequiresAction, RequiresCapture];
    check("cancelling", &open.map(|status| (status, Canceled)), cancel);
    check("retrieving", &STATUSES.map(|status| (status, status)), Request::retrieve_intent);
}

#[test]
fn only_captured_payments_are_refunded() {
    for status in STATUSES {
        let mut merchant = Merchant::new();
        let id = merchant.intent_in(status);
        let response = merchant.send(&create_refund(&id));
        assert_eq!(response.is_success(), status == Succeeded, "{status:?}: {}", response.body);
        assert_eq!(merchant.status(&id), status);
        let entries = merchant.provider.ledger.of(&id);
        let refunded = entries.filter(|it| it.kind == EntryKind::Refunded).count();
        assert_eq!(refunded, usize::from(status == Succeeded), "{status:?}");
    }
}

#[test]
fn ending_open_payments() {
    type End = fn(Outcome) -> Action;
    let ends: [(&str, IntentStatus, End); 2] = [
        ("a challenge", RequiresAction, Action::EndChallenge),
        ("the processing", Processing, Action::EndProcessing),
    ];
    let outcomes =
        [(Outcome::Succeeded, RequiresCapture), (Outcome::Failed, RequiresPaymentMethod)];
    for (what, open, end) in ends {
        for (before, (outcome, after)) in
            STATUSES.into_iter().flat_map(|before| outcomes.map(|outcome| (before, outcome)))
        {
            let case = format!("{what} in {before:?}: {outcome:?}");
            let mut merchant = Merchant::new();
            let id = merchant.intent_in(before);
            let events = merchant.provider.events.clone();
            let ended = merchant.provider.act(end(outcome), &id, merchant.now);
            assert_eq!(ended.is_ok(), before == open, "{case}");
            let expected = if before == open { after } else { before };
            assert_eq!(merchant.status(&id), expected, "{case}");
            assert_eq!(merchant.provider.events == events, before != open, "{case}");
        }
    }
}

#[test]
fn operations_on_unknown_objects_are_rejected() {
    let mut merchant = Merchant::new();
    for request in [
        Request::retrieve_intent("pi_none"),
        confirm("pi_none", "pm_card_visa"),
        capture("pi_none"),
        cancel("pi_none"),
        retrieve_refund("re_none"),
    ] {
        merchant.fail(&request, 404, &json!({ "code": "resource_missing" }));
    }
    let unknown = create_refund("pi_none");
    merchant.fail(&unknown, 400, &json!({ "param": "payment_intent" }));
    let unknown = Request::new(Method::Get, "/v1/customers");
    merchant.fail(&unknown, 404, &json!({ "type": "invalid_request_error" }));
}
