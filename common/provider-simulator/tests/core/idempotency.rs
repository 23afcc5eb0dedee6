//! Idempotency keys: the first answer is the answer.

use std::time::Duration;

use crate::shop::{AMOUNT, STATUSES, Shop, text};
use proptest::prelude::*;
use provider_simulator::{Fault, FaultKind, IntentStatus, Operation, Provider, Reply, Request};

const DAY: Duration = Duration::from_hours(24);
const ALMOST_A_DAY: Duration = DAY.saturating_sub(MS);
const MS: Duration = Duration::from_millis(1);

fn create() -> Request {
    Request::create_intent(AMOUNT, "usd").confirmed_with("pm_card_visa").keyed("k")
}

#[test]
fn a_repeat_gets_the_first_answer_byte_for_byte() {
    let mut shop = Shop::new();
    let first = shop.ask(&create());
    assert_eq!(first.replay_of, None);
    shop.get(&Request::capture_intent(&text(&first.json(), "id")));
    let (ledger, events) = (shop.provider.ledger().clone(), shop.provider.events());
    let repeat = shop.ask(&create());
    assert_eq!((repeat.status, &repeat.body), (first.status, &first.body));
    assert_eq!(repeat.replay_of, Some(first.request_id));
    assert_eq!((shop.provider.ledger(), shop.provider.events()), (&ledger, events));
}

#[test]
fn without_a_key_a_repeat_is_done_again() {
    let mut shop = Shop::new();
    let request = Request::create_intent(AMOUNT, "usd");
    let (one, two) = (shop.get(&request), shop.get(&request));
    assert_ne!(one["id"], two["id"]);
}

#[test]
fn other_parameters_under_a_key_are_an_error_and_the_first_answer_stays() {
    let mut shop = Shop::new();
    let first = shop.ask(&create());
    let id = text(&first.json(), "id");
    let others = [
        create().with("amount", "200000"),
        create().with_metadata("order", "18"),
        Request::capture_intent(&id).keyed("k"),
        Request::cancel_intent(&id).keyed("k"),
    ];
    for other in others {
        let (status, error) = shop.fail(&other);
        assert_eq!((status, &error["type"]), (400, &"idempotency_error".into()), "{other:?}");
    }
    assert_eq!(shop.ask(&create()).body, first.body);
    assert_eq!(shop.provider.intents().len(), 1);
}

#[test]
fn a_declined_card_is_remembered() {
    let mut shop = Shop::new();
    let id = shop.create();
    let confirm = Request::confirm_intent(&id, "pm_card_chargeDeclined").keyed("first");
    let declined = shop.ask(&confirm);
    assert_eq!(declined.status, 402);
    assert_eq!(shop.status(&id), IntentStatus::RequiresPaymentMethod);
    let again = shop.ask(&confirm);
    assert_eq!((again.status, again.body), (402, declined.body));
    assert!(again.replay_of.is_some());
    shop.get(&Request::confirm_intent(&id, "pm_card_visa").keyed("second"));
    assert_eq!(shop.ask(&confirm).status, 402);
}

#[test]
fn a_refusal_for_the_state_is_remembered() {
    let mut shop = Shop::new();
    let id = shop.create();
    let capture = Request::capture_intent(&id).keyed("k");
    let first = shop.ask(&capture);
    assert_eq!(first.status, 400);
    shop.get(&Request::confirm_intent(&id, "pm_card_visa"));
    assert_eq!(shop.ask(&capture).body, first.body);
    assert_eq!(shop.status(&id), IntentStatus::RequiresCapture);
}

#[test]
fn wrong_parameters_are_not_remembered() {
    let mut shop = Shop::new();
    let wrong = [
        create().with("amount", "1"),
        create().with("unknown", "1"),
        Request::create_refund("pi_none").keyed("k"),
    ];
    for request in wrong {
        assert_eq!(shop.fail(&request).0, 400);
    }
    shop.get(&create());
}

#[test]
fn a_key_is_forgotten_after_a_day() {
    let mut shop = Shop::new();
    let first = shop.ask(&create());
    shop.pass(ALMOST_A_DAY);
    assert_eq!(shop.ask(&create()).body, first.body);
    shop.pass(MS);
    let second = shop.ask(&create());
    assert_ne!(second.json()["id"], first.json()["id"]);
    assert_eq!(second.replay_of, None);
    shop.pass(ALMOST_A_DAY);
    assert_eq!(shop.ask(&create()).body, second.body);
}

#[test]
fn keys_have_between_1_and_255_characters() {
    let mut shop = Shop::new();
    for (length, status) in [(0, 400), (1, 200), (255, 200), (256, 400)] {
        let request = Request::create_intent(AMOUNT, "usd").keyed("é".repeat(length));
        assert_eq!(shop.ask(&request).status, status, "{length}");
    }
}

#[test]
fn a_repeat_while_the_first_is_done_is_refused_for_now() {
    for kind in [FaultKind::DelayRequest { ms: 500 }, FaultKind::DelayAnswer { ms: 500 }] {
        let mut shop = Shop::new();
        shop.provider.plan(Fault::once(kind).on(Operation::CreateIntent));
        let Reply::Later { pending, at } = shop.provider.handle(&create(), shop.now) else {
            panic!()
        };
        assert_eq!(at.since(shop.now), Duration::from_millis(500));
        shop.pass(Duration::from_millis(499));
        let (status, error) = shop.fail(&create());
        assert_eq!((status, &error["code"]), (409, &"idempotency_key_in_use".into()));
        assert_eq!(shop.fail(&create().with("amount", "5000")).0, 400);
        assert_eq!(shop.provider.collect(pending, shop.now), None);
        shop.pass(MS);
        let repeat = shop.ask(&create());
        let first = shop.provider.collect(pending, shop.now).unwrap();
        assert_eq!((first.status, first.replay_of.clone()), (200, None));
        assert_eq!(repeat.body, first.body);
        assert_eq!(repeat.replay_of, Some(first.request_id));
        assert_eq!(shop.provider.intents().len(), 1);
        assert_eq!(shop.provider.collect(pending, shop.now), None);
    }
}

/// A call on a payment intent, and the key it goes under.
fn call(intent: &str, which: u8, key: u8) -> Request {
    let request = match which {
        0 => Request::confirm_intent(intent, "pm_card_visa"),
        1 => Request::confirm_intent(intent, "pm_card_chargeDeclined"),
        2 => Request::confirm_intent(intent, "pm_card_authenticationRequired"),
        3 => Request::capture_intent(intent),
        4 => Request::capture_intent(intent).with("amount_to_capture", "60000"),
        5 => Request::cancel_intent(intent),
        6 => Request::create_refund(intent),
        _ => Request::create_refund(intent).with("amount", "30000"),
    };
    request.keyed(format!("{which}-{key}"))
}

proptest! {
    /// Whatever was done before, each call made twice does what it does once.
    #[test]
    fn twice_equals_once(start in 0..STATUSES.len(), calls in prop::collection::vec((0..8_u8, 0..3_u8), 1..12)) {
        let (mut once, mut twice) = (Shop::new(), Shop::new());
        let id = once.intent_in(STATUSES[start]);
        prop_assert_eq!(&twice.intent_in(STATUSES[start]), &id);
        for (which, key) in calls {
            let request = call(&id, which, key);
            let first = once.ask(&request);
            let same = twice.ask(&request);
            let repeat = twice.ask(&request);
            prop_assert_eq!((same.status, &same.body), (first.status, &first.body));
            prop_assert_eq!((repeat.status, repeat.body), (first.status, first.body));
            prop_assert!(repeat.replay_of.is_some());
            prop_assert_eq!(state(&once.provider), state(&twice.provider));
        }
    }
}

/// All that can be seen of a provider.
fn state(provider: &Provider) -> String {
    let (intents, refunds) = (provider.intents(), provider.refunds());
    format!("{intents:?} {refunds:?} {:?} {:?}", provider.events(), provider.ledger())
}
