//! Every state of a payment intent, and every call on it.

use crate::shop::{STATUSES, Shop, text};
use provider_simulator::{EntryKind, IntentStatus, NotWaiting, Outcome, Request};

use IntentStatus::{
    Canceled, Processing, RequiresAction, RequiresCapture, RequiresConfirmation,
    RequiresPaymentMethod, Succeeded,
};

/// What a call does: the state after it, or the error's code.
type Row = (IntentStatus, Result<IntentStatus, &'static str>);

const UNEXPECTED: Result<IntentStatus, &str> = Err("payment_intent_unexpected_state");

/// Makes the call in each state. A call that is refused leaves everything as it was.
#[track_caller]
fn check(call: &str, rows: [Row; 7], request: impl Fn(&str) -> Request) {
    assert_eq!(rows.map(|(status, _)| status), STATUSES);
    for (before, expected) in rows {
        let mut shop = Shop::new();
        let id = shop.intent_in(before);
        let (ledger, events) = (shop.provider.ledger().clone(), shop.provider.events());
        let answer = shop.ask(&request(&id));
        match expected {
            Ok(after) => {
                assert_eq!(answer.status, 200, "{call} in {before:?}: {}", answer.body);
                assert_eq!(shop.status(&id), after, "{call} in {before:?}");
                assert_eq!(text(&answer.json(), "id"), id);
                assert_eq!(text(&answer.json(), "status"), after.name());
            }
            Err(code) => {
                let error = &answer.json()["error"];
                assert_eq!(answer.status, 400, "{call} in {before:?}: {}", answer.body);
                assert_eq!(error["code"], code, "{call} in {before:?}");
                assert_eq!(error["type"], "invalid_request_error");
                assert_eq!(error["payment_intent"]["id"], id);
                assert_eq!(error["payment_intent"]["status"], before.name());
                assert_eq!(shop.status(&id), before);
                assert_eq!(shop.provider.ledger(), &ledger);
                assert_eq!(shop.provider.events(), events);
            }
        }
    }
}

#[test]
fn confirming_with_a_card() {
    let rows = [
        (RequiresPaymentMethod, Ok(RequiresCapture)),
        (RequiresConfirmation, Ok(RequiresCapture)),
        (RequiresAction, Ok(RequiresCapture)),
        (Processing, UNEXPECTED),
        (RequiresCapture, UNEXPECTED),
        (Succeeded, UNEXPECTED),
        (Canceled, UNEXPECTED),
    ];
    check("confirm", rows, |id| Request::confirm_intent(id, "pm_card_visa"));
}

#[test]
fn confirming_with_the_card_it_has() {
    let rows = [
        (RequiresPaymentMethod, UNEXPECTED),
        (RequiresConfirmation, Ok(RequiresCapture)),
        (RequiresAction, Ok(RequiresAction)),
        (Processing, UNEXPECTED),
        (RequiresCapture, UNEXPECTED),
        (Succeeded, UNEXPECTED),
        (Canceled, UNEXPECTED),
    ];
    check("confirm", rows, |id| {
        let mut request = Request::capture_intent(id);
        request.path = format!("/v1/payment_intents/{id}/confirm");
        request
    });
}

#[test]
fn capturing() {
    let rows = [
        (RequiresPaymentMethod, UNEXPECTED),
        (RequiresConfirmation, UNEXPECTED),
        (RequiresAction, UNEXPECTED),
        (Processing, UNEXPECTED),
        (RequiresCapture, Ok(Succeeded)),
        (Succeeded, UNEXPECTED),
        (Canceled, UNEXPECTED),
    ];
    check("capture", rows, Request::capture_intent);
}

#[test]
fn cancelling() {
    let rows = [
        (RequiresPaymentMethod, Ok(Canceled)),
        (RequiresConfirmation, Ok(Canceled)),
        (RequiresAction, Ok(Canceled)),
        (Processing, UNEXPECTED),
        (RequiresCapture, Ok(Canceled)),
        (Succeeded, UNEXPECTED),
        (Canceled, UNEXPECTED),
    ];
    check("cancel", rows, Request::cancel_intent);
}

#[test]
fn retrieving() {
    check("retrieve", STATUSES.map(|status| (status, Ok(status))), Request::retrieve_intent);
}

#[test]
fn only_what_was_taken_is_refunded() {
    for status in STATUSES {
        let mut shop = Shop::new();
        let id = shop.intent_in(status);
        let answer = shop.ask(&Request::create_refund(&id));
        assert_eq!(answer.is_success(), status == Succeeded, "{status:?}: {}", answer.body);
        assert_eq!(shop.status(&id), status);
        let refunded = shop.provider.ledger().of(&id).filter(|it| it.kind == EntryKind::Refunded);
        assert_eq!(refunded.count(), usize::from(status == Succeeded));
    }
}

/// Ends something in each state; nothing where there is nothing to end.
#[track_caller]
fn check_end(
    open: IntentStatus,
    ends: [(Outcome, IntentStatus); 2],
    end: impl Fn(&mut Shop, &str, Outcome) -> Result<(), NotWaiting>,
) {
    for before in STATUSES {
        for (outcome, after) in ends {
            let mut shop = Shop::new();
            let id = shop.intent_in(before);
            let events = shop.provider.events();
            let ended = end(&mut shop, &id, outcome);
            assert_eq!(ended.is_ok(), before == open, "{before:?}");
            assert_eq!(shop.status(&id), if before == open { after } else { before });
            assert_eq!(shop.provider.events() == events, before != open);
        }
    }
}

#[test]
fn ending_a_challenge() {
    let ends = [(Outcome::Succeeded, RequiresCapture), (Outcome::Failed, RequiresPaymentMethod)];
    check_end(RequiresAction, ends, |shop, id, outcome| {
        shop.provider.finish_challenge(id, outcome, shop.now)
    });
}

#[test]
fn ending_the_banks_thinking() {
    let ends = [(Outcome::Succeeded, RequiresCapture), (Outcome::Failed, RequiresPaymentMethod)];
    check_end(Processing, ends, |shop, id, outcome| {
        shop.provider.finish_processing(id, outcome, shop.now)
    });
}

#[test]
fn there_is_no_call_on_what_is_not_there() {
    let mut shop = Shop::new();
    let requests = [
        Request::retrieve_intent("pi_none"),
        Request::confirm_intent("pi_none", "pm_card_visa"),
        Request::capture_intent("pi_none"),
        Request::cancel_intent("pi_none"),
        Request::retrieve_refund("re_none"),
    ];
    for request in requests {
        let (status, error) = shop.fail(&request);
        assert_eq!((status, &error["code"]), (404, &"resource_missing".into()), "{request:?}");
    }
    let (status, error) = shop.fail(&Request::create_refund("pi_none"));
    assert_eq!((status, &error["param"]), (400, &"payment_intent".into()));
    let (status, error) =
        shop.fail(&Request::new(provider_simulator::Method::Get, "/v1/customers"));
    assert_eq!((status, &error["type"]), (404, &"invalid_request_error".into()));
}
