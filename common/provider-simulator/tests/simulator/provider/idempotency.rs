//! Idempotency keys: a repeat receives the first response.

use crate::prelude::*;
use proptest::prelude::*;

const DAY: Duration = Duration::from_hours(24);
const ALMOST_A_DAY: Duration = DAY.saturating_sub(MS);
const MS: Duration = Duration::from_millis(1);

fn create() -> Request {
    Request::create_intent(AMOUNT, "usd").confirmed_with("pm_card_visa").keyed("k")
}

#[test]
fn a_repeat_receives_the_first_response_byte_for_byte() {
    let mut merchant = Merchant::new();
    let first = merchant.send(&create());
    assert_eq!(first.replay_of, None);
    merchant.get(&capture(&text(&first.json(), "id")));
    let (ledger, events) = (merchant.provider.ledger.clone(), merchant.provider.events.clone());
    let repeat = merchant.send(&create());
    assert_eq!((repeat.status, &repeat.body), (first.status, &first.body));
    assert_eq!(repeat.replay_of, Some(first.request_id));
    assert_eq!((merchant.provider.ledger, merchant.provider.events), (ledger, events));
}

#[test]
fn a_repeat_without_a_key_is_executed_again() {
    let mut merchant = Merchant::new();
    assert_ne!(merchant.create(), merchant.create());
}

#[test]
fn other_parameters_with_the_same_key_are_rejected() {
    let mut merchant = Merchant::new();
    let first = merchant.send(&create());
    let id = text(&first.json(), "id");
    for other in [
        create().with("amount", 200_000),
        create().with_metadata("order", 18),
        create().with("description", "else"),
        capture(&id).keyed("k"),
        cancel(&id).keyed("k"),
    ] {
        merchant.fail(&other, 400, &json!({ "type": "idempotency_error" }));
    }
    assert_eq!(merchant.send(&create()).body, first.body);
    assert_eq!(merchant.provider.intents.len(), 1);
}

#[test]
fn a_decline_is_stored_under_its_key() {
    let mut merchant = Merchant::new();
    let id = merchant.create();
    let confirmation = confirm(&id, "pm_card_chargeDeclined").keyed("first");
    let declined = merchant.send(&confirmation);
    assert_eq!(declined.status, 402);
    assert_eq!(merchant.status(&id), IntentStatus::RequiresPaymentMethod);
    let again = merchant.send(&confirmation);
    assert_eq!((again.status, again.body), (402, declined.body));
    assert!(again.replay_of.is_some());
    merchant.get(&confirm(&id, "pm_card_visa").keyed("second"));
    assert_eq!(merchant.send(&confirmation).status, 402);
}

#[test]
fn a_state_error_is_stored_under_its_key() {
    let mut merchant = Merchant::new();
    let id = merchant.create();
    let capture = capture(&id).keyed("k");
    let first = merchant.send(&capture);
    assert_eq!(first.status, 400);
    merchant.get(&confirm(&id, "pm_card_visa"));
    assert_eq!(merchant.send(&capture).body, first.body);
    assert_eq!(merchant.status(&id), IntentStatus::RequiresCapture);
}

#[test]
fn a_parameter_error_is_not_stored() {
    let mut merchant = Merchant::new();
    for request in [
        create().with("amount", 1),
        create().with("unknown", 1),
        create_refund("pi_none").keyed("k"),
    ] {
        merchant.fail(&request, 400, &json!({}));
    }
    merchant.get(&create());
}

#[test]
fn a_key_expires_after_a_day() {
    let mut merchant = Merchant::new();
    let first = merchant.send(&create());
    merchant.pass(ALMOST_A_DAY);
    assert_eq!(merchant.send(&create()).body, first.body);
    merchant.pass(MS);
    let second = merchant.send(&create());
    assert_ne!(second.json()["id"], first.json()["id"]);
    assert_eq!(second.replay_of, None);
    merchant.pass(ALMOST_A_DAY);
    assert_eq!(merchant.send(&create()).body, second.body);
}

#[test]
fn keys_have_between_1_and_255_characters() {
    let mut merchant = Merchant::new();
    for (length, status) in [(0, 400), (1, 200), (255, 200), (256, 400)] {
        let request = Request::create_intent(AMOUNT, "usd").keyed("é".repeat(length));
        assert_eq!(merchant.send(&request).status, status, "{length}");
    }
}

#[test]
fn a_repeat_during_the_first_request_receives_409() {
    for kind in [FaultKind::DelayRequest { ms: 500 }, FaultKind::DelayResponse { ms: 500 }] {
        let mut merchant = Merchant::new();
        merchant.provider.faults.push(Fault::once(kind).on(Operation::CreateIntent));
        let Reply::Later { pending, at } = merchant.provider.handle(&create(), merchant.now) else {
            panic!("{kind:?}")
        };
        assert_eq!(at.since(merchant.now), Duration::from_millis(500), "{kind:?}");
        merchant.pass(Duration::from_millis(499));
        merchant.fail(&create(), 409, &json!({ "code": "idempotency_key_in_use" }));
        merchant.fail(&create().with("amount", 5000), 400, &json!({}));
        assert_eq!(merchant.provider.collect(pending, merchant.now), None, "{kind:?}");
        merchant.pass(MS);
        let repeat = merchant.send(&create());
        let first = merchant.provider.collect(pending, merchant.now).unwrap();
        assert_eq!((first.status, &first.replay_of), (200, &None), "{kind:?}");
        assert_eq!((repeat.body, repeat.replay_of), (first.body, Some(first.request_id)));
        assert_eq!(merchant.provider.intents.len(), 1, "{kind:?}");
        assert_eq!(merchant.provider.collect(pending, merchant.now), None, "{kind:?}");
    }
}

/// An operation on a payment intent, with a key.
fn call(intent: &str, which: u8, key: u8) -> Request {
    let request = match which {
        0 => confirm(intent, "pm_card_visa"),
        1 => confirm(intent, "pm_card_chargeDeclined"),
        2 => confirm(intent, "pm_card_authenticationRequired"),
        3 => capture(intent),
        4 => capture(intent).with("amount_to_capture", 60_000),
        5 => cancel(intent),
        6 => create_refund(intent),
        _ => create_refund(intent).with("amount", 30_000),
    };
    request.keyed(format!("{which}-{key}"))
}

proptest! {
    /// Each call made twice has the effect of one call, after any earlier calls.
    #[test]
    fn repeats_have_no_further_effect(start in 0..STATUSES.len(), calls in prop::collection::vec((0..8_u8, 0..3_u8), 1..12)) {
        let (mut once, mut twice) = (Merchant::new(), Merchant::new());
        let id = once.intent_in(STATUSES[start]);
        prop_assert_eq!(&twice.intent_in(STATUSES[start]), &id);
        for (which, key) in calls {
            let request = call(&id, which, key);
            let first = once.send(&request);
            let same = twice.send(&request);
            let repeat = twice.send(&request);
            prop_assert_eq!((same.status, &same.body), (first.status, &first.body));
            prop_assert_eq!((repeat.status, repeat.body), (first.status, first.body));
            prop_assert!(repeat.replay_of.is_some());
            prop_assert_eq!(state(&once.provider), state(&twice.provider));
        }
    }
}

/// All observable state of a provider.
fn state(provider: &Provider) -> String {
    let (intents, refunds) = (&provider.intents, &provider.refunds);
    // The body of an event names the request that caused it, and a repeat is a request too.
    let events: Vec<_> =
        provider.events.iter().map(|event| (&event.id, event.event_type)).collect();
    format!("{intents:?} {refunds:?} {events:?} {:?}", provider.ledger)
}
