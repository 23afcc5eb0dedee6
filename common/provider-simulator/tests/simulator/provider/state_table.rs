//! Every operation in every state of a payment intent.

use crate::merchant::{
    Merchant, STATUSES, cancel, capture, confirm, create_refund, has, post, retrieve_refund,
};
use provider_simulator::{EntryKind, IntentStatus, Method, Outcome, Provider, Request, WrongState};
use serde_json::json;

use IntentStatus::{
    Canceled, Processing, RequiresAction, RequiresCapture, RequiresConfirmation,
    RequiresPaymentMethod, Succeeded,
};

/// The operation is accepted in these states, each with the next one. In every other state it is
/// rejected and changes nothing.
#[track_caller]
fn check(accepted: &[(IntentStatus, IntentStatus)], request: impl Fn(&str) -> Request) {
    for before in STATUSES {
        let mut merchant = Merchant::new();
        let id = merchant.intent_in(before);
        let (ledger, events) = (merchant.provider.ledger().clone(), merchant.provider.events());
        let request = request(&id);
        if let Some((_, after)) = accepted.iter().find(|(status, _)| *status == before) {
            let intent = merchant.get(&request);
            assert_eq!(merchant.status(&id), *after, "{before:?}");
            has(&before.name(), &intent, &json!({ "id": id, "status": after.name() }));
            continue;
        }
        let error = json!({
            "code": "payment_intent_unexpected_state",
            "type": "invalid_request_error",
            "payment_intent": { "id": id, "status": before.name() },
        });
        merchant.fail(&request, 400, &error);
        assert_eq!(merchant.status(&id), before);
        assert_eq!(merchant.provider.ledger(), &ledger, "{before:?}");
        assert_eq!(merchant.provider.events(), events, "{before:?}");
    }
}

#[test]
fn confirming_with_a_card() {
    let accepted = [
        (RequiresPaymentMethod, RequiresCapture),
        (RequiresConfirmation, RequiresCapture),
        (RequiresAction, RequiresCapture),
    ];
    check(&accepted, |id| confirm(id, "pm_card_visa"));
}

#[test]
fn confirming_with_the_card_it_has() {
    let accepted = [(RequiresConfirmation, RequiresCapture), (RequiresAction, RequiresAction)];
    check(&accepted, |id| post(id, "confirm"));
}

#[test]
fn capturing() {
    check(&[(RequiresCapture, Succeeded)], capture);
}

#[test]
fn cancelling() {
    let accepted = [RequiresPaymentMethod, RequiresConfirmation, RequiresAction, RequiresCapture];
    check(&accepted.map(|status| (status, Canceled)), cancel);
}

#[test]
fn retrieving() {
    check(&STATUSES.map(|status| (status, status)), Request::retrieve_intent);
}

#[test]
fn only_captured_payments_are_refunded() {
    for status in STATUSES {
        let mut merchant = Merchant::new();
        let id = merchant.intent_in(status);
        let response = merchant.send(&create_refund(&id));
        assert_eq!(response.is_success(), status == Succeeded, "{status:?}: {}", response.body);
        assert_eq!(merchant.status(&id), status);
        let entries = merchant.provider.ledger().of(&id);
        let refunded = entries.filter(|it| it.kind == EntryKind::Refunded).count();
        assert_eq!(refunded, usize::from(status == Succeeded), "{status:?}");
    }
}

#[test]
fn ending_open_payments() {
    type End = fn(&mut Provider, &str, Outcome, contract::Timestamp) -> Result<(), WrongState>;
    let ends: [(&str, IntentStatus, End); 2] = [
        ("a challenge", RequiresAction, Provider::finish_challenge),
        ("the processing", Processing, Provider::finish_processing),
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
            let events = merchant.provider.events();
            let ended = end(&mut merchant.provider, &id, outcome, merchant.now);
            assert_eq!(ended.is_ok(), before == open, "{case}");
            let expected = if before == open { after } else { before };
            assert_eq!(merchant.status(&id), expected, "{case}");
            assert_eq!(merchant.provider.events() == events, before != open, "{case}");
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
