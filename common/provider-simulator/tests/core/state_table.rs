//! Every operation in every state of a payment intent.

use crate::merchant::{Merchant, STATUSES, text};
use provider_simulator::{EntryKind, IntentStatus, Outcome, Request, WrongState};

use IntentStatus::{
    Canceled, Processing, RequiresAction, RequiresCapture, RequiresConfirmation,
    RequiresPaymentMethod, Succeeded,
};

/// A state, and the result of the operation there: the next state or the error's code.
type Row = (IntentStatus, Result<IntentStatus, &'static str>);

const UNEXPECTED: Result<IntentStatus, &str> = Err("payment_intent_unexpected_state");

/// Runs the operation in each state. A rejected operation changes nothing.
#[track_caller]
fn check(call: &str, rows: [Row; 7], request: impl Fn(&str) -> Request) {
    assert_eq!(rows.map(|(status, _)| status), STATUSES);
    for (before, expected) in rows {
        let mut merchant = Merchant::new();
        let id = merchant.intent_in(before);
        let (ledger, events) = (merchant.provider.ledger().clone(), merchant.provider.events());
        let response = merchant.send(&request(&id));
        match expected {
            Ok(after) => {
                assert_eq!(response.status, 200, "{call} in {before:?}: {}", response.body);
                assert_eq!(merchant.status(&id), after, "{call} in {before:?}");
                assert_eq!(text(&response.json(), "id"), id);
                assert_eq!(text(&response.json(), "status"), after.name());
            }
            Err(code) => {
                let error = &response.json()["error"];
                assert_eq!(response.status, 400, "{call} in {before:?}: {}", response.body);
                assert_eq!(error["code"], code, "{call} in {before:?}");
                assert_eq!(error["type"], "invalid_request_error");
                assert_eq!(error["payment_intent"]["id"], id);
                assert_eq!(error["payment_intent"]["status"], before.name());
                assert_eq!(merchant.status(&id), before);
                assert_eq!(merchant.provider.ledger(), &ledger);
                assert_eq!(merchant.provider.events(), events);
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
fn only_captured_payments_are_refunded() {
    for status in STATUSES {
        let mut merchant = Merchant::new();
        let id = merchant.intent_in(status);
        let response = merchant.send(&Request::create_refund(&id));
        assert_eq!(response.is_success(), status == Succeeded, "{status:?}: {}", response.body);
        assert_eq!(merchant.status(&id), status);
        let refunded =
            merchant.provider.ledger().of(&id).filter(|it| it.kind == EntryKind::Refunded);
        assert_eq!(refunded.count(), usize::from(status == Succeeded));
    }
}

/// Ends an open payment in each state; elsewhere there is no effect.
#[track_caller]
fn check_end(
    open: IntentStatus,
    ends: [(Outcome, IntentStatus); 2],
    end: impl Fn(&mut Merchant, &str, Outcome) -> Result<(), WrongState>,
) {
    for before in STATUSES {
        for (outcome, after) in ends {
            let mut merchant = Merchant::new();
            let id = merchant.intent_in(before);
            let events = merchant.provider.events();
            let ended = end(&mut merchant, &id, outcome);
            assert_eq!(ended.is_ok(), before == open, "{before:?}");
            assert_eq!(merchant.status(&id), if before == open { after } else { before });
            assert_eq!(merchant.provider.events() == events, before != open);
        }
    }
}

#[test]
fn ending_a_challenge() {
    let ends = [(Outcome::Succeeded, RequiresCapture), (Outcome::Failed, RequiresPaymentMethod)];
    check_end(RequiresAction, ends, |merchant, id, outcome| {
        merchant.provider.finish_challenge(id, outcome, merchant.now)
    });
}

#[test]
fn ending_the_processing() {
    let ends = [(Outcome::Succeeded, RequiresCapture), (Outcome::Failed, RequiresPaymentMethod)];
    check_end(Processing, ends, |merchant, id, outcome| {
        merchant.provider.finish_processing(id, outcome, merchant.now)
    });
}

#[test]
fn operations_on_unknown_objects_are_rejected() {
    let mut merchant = Merchant::new();
    let requests = [
        Request::retrieve_intent("pi_none"),
        Request::confirm_intent("pi_none", "pm_card_visa"),
        Request::capture_intent("pi_none"),
        Request::cancel_intent("pi_none"),
        Request::retrieve_refund("re_none"),
    ];
    for request in requests {
        let (status, error) = merchant.fail(&request);
        assert_eq!((status, &error["code"]), (404, &"resource_missing".into()), "{request:?}");
    }
    let (status, error) = merchant.fail(&Request::create_refund("pi_none"));
    assert_eq!((status, &error["param"]), (400, &"payment_intent".into()));
    let (status, error) =
        merchant.fail(&Request::new(provider_simulator::Method::Get, "/v1/customers"));
    assert_eq!((status, &error["type"]), (404, &"invalid_request_error".into()));
}
