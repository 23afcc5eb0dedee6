//! Faults of calls: what was done, and what the client can find out.

use std::time::Duration;

use crate::shop::{AMOUNT, Shop, text};
use provider_simulator::{Fault, FaultKind, IntentStatus, Operation, Reply, Request};

fn pay() -> Request {
    Request::create_intent(AMOUNT, "usd").confirmed_with("pm_card_visa").keyed("k")
}

#[test]
fn a_request_that_is_lost_did_nothing() {
    let mut shop = Shop::new();
    shop.provider.plan(Fault::once(FaultKind::LoseRequest));
    assert_eq!(shop.provider.handle(&pay(), shop.now), Reply::Lost);
    assert!(shop.provider.intents().is_empty());
    assert_eq!(shop.ask(&pay()).replay_of, None);
}

#[test]
fn an_answer_that_is_lost_is_had_again_under_the_same_key() {
    let mut shop = Shop::new();
    shop.provider.plan(Fault::once(FaultKind::LoseAnswer));
    assert_eq!(shop.provider.handle(&pay(), shop.now), Reply::Lost);
    assert_eq!(shop.provider.intents().len(), 1);
    let answer = shop.ask(&pay());
    assert!(answer.is_success() && answer.replay_of.is_some());
    assert_eq!(shop.provider.ledger().totals["usd"].authorized, AMOUNT);
}

#[test]
fn a_request_that_is_turned_away_did_nothing() {
    for (status, error_type) in
        [(429, "invalid_request_error"), (500, "api_error"), (503, "api_error")]
    {
        let mut shop = Shop::new();
        shop.provider.plan(Fault::once(FaultKind::Refuse { status }).times(2));
        for _ in 0..2 {
            let (refused, error) = shop.fail(&pay());
            assert_eq!((refused, &error["type"]), (status, &error_type.into()));
        }
        assert!(shop.provider.intents().is_empty());
        assert_eq!(shop.ask(&pay()).replay_of, None);
    }
}

#[test]
fn an_answer_that_is_hidden_is_had_again_under_the_same_key() {
    let mut shop = Shop::new();
    shop.provider.plan(Fault::once(FaultKind::HideAnswer { status: 502 }));
    assert_eq!(shop.fail(&pay()).0, 502);
    assert_eq!(shop.provider.intents().len(), 1);
    assert!(shop.ask(&pay()).replay_of.is_some());
}

#[test]
fn an_error_that_is_kept_hides_what_was_done_from_all_but_a_list() {
    let mut shop = Shop::new();
    let since = shop.now;
    shop.provider.plan(Fault::once(FaultKind::KeepError { status: 500 }));
    assert_eq!(shop.fail(&pay()).0, 500);
    assert_eq!(shop.fail(&pay()).0, 500);
    let found = shop.get(&Request::list_intents(since));
    assert_eq!(found["data"][0]["status"], "requires_capture");
    assert_eq!(shop.provider.intents().len(), 1);
}

#[test]
fn a_kept_error_does_not_cover_an_answer_that_was_given() {
    let mut shop = Shop::new();
    let first = shop.ask(&pay());
    shop.provider.plan(Fault::once(FaultKind::KeepError { status: 500 }).times(2));
    assert_eq!(shop.ask(&pay()).body, first.body);
    assert_eq!(shop.fail(&pay().with("amount", "5000")).0, 400);
    assert_eq!(shop.ask(&pay()).body, first.body);
}

#[test]
fn a_slow_request_is_done_at_the_end_also_when_nobody_waits() {
    let mut shop = Shop::new();
    shop.provider.plan(Fault::once(FaultKind::DelayRequest { ms: 30_000 }));
    let reply = shop.provider.handle(&pay(), shop.now);
    assert_eq!(reply.answer(), None);
    let since = shop.now;
    shop.pass(Duration::from_millis(29_999));
    assert_eq!(shop.get(&Request::list_intents(since))["data"].as_array().unwrap().len(), 0);
    assert_eq!(shop.provider.next_due(), Some(since.plus(Duration::from_secs(30))));
    shop.pass(Duration::from_millis(1));
    let found = shop.get(&Request::list_intents(since));
    assert_eq!(found["data"][0]["status"], "requires_capture");
    assert!(shop.ask(&pay()).replay_of.is_some());
}

#[test]
fn a_slow_answer_is_about_something_done_at_once() {
    let mut shop = Shop::new();
    let id = shop.pay("pm_card_visa");
    shop.provider.plan(Fault::once(FaultKind::DelayAnswer { ms: 30_000 }));
    assert_eq!(shop.provider.handle(&Request::capture_intent(&id), shop.now).answer(), None);
    assert_eq!(shop.status(&id), IntentStatus::Succeeded);
}

#[test]
fn a_slow_request_whose_parameters_are_wrong_gives_its_key_back() {
    for kind in [FaultKind::DelayRequest { ms: 5 }, FaultKind::DelayAnswer { ms: 5 }] {
        let mut shop = Shop::new();
        shop.provider.plan(Fault::once(kind));
        let wrong = pay().with("amount", "1");
        let Reply::Later { pending, at } = shop.provider.handle(&wrong, shop.now) else { panic!() };
        assert_eq!(shop.provider.collect(pending, at).unwrap().status, 400);
        shop.now = at;
        shop.get(&pay());
    }
}

#[test]
fn a_fault_meets_the_calls_it_is_planned_for_and_ends_with_the_others() {
    let mut shop = Shop::new();
    let fault = Fault::once(FaultKind::Refuse { status: 500 });
    shop.provider.plan(fault.on(Operation::CaptureIntent).times(2));
    shop.provider.plan(fault.on(Operation::RetrieveIntent));
    let id = shop.pay("pm_card_visa");
    assert_eq!(shop.fail(&Request::retrieve_intent(&id)).0, 500);
    assert_eq!(shop.fail(&Request::capture_intent(&id)).0, 500);
    assert_eq!(shop.provider.planned(), [fault.on(Operation::CaptureIntent)]);
    shop.provider.clear_faults();
    shop.get(&Request::capture_intent(&id));
}

#[test]
fn a_reset_forgets_everything_and_begins_again_with_the_seed() {
    let mut shop = Shop::new();
    shop.provider.set_base("https://provider.example");
    let first = shop.ask(&pay());
    shop.provider.plan(Fault::once(FaultKind::LoseRequest));
    shop.provider.reset();
    assert!(shop.provider.intents().is_empty() && shop.provider.ledger().entries.is_empty());
    assert_eq!(shop.provider.next_delivery(shop.now), None);
    let second = shop.ask(&pay());
    assert_eq!(second, first);
    let id = text(&second.json(), "id");
    shop.get(&Request::cancel_intent(&id));
    let open = shop.pay("pm_card_authenticationRequired");
    let shown = shop.get(&Request::retrieve_intent(&open)).to_string();
    assert!(shown.contains("https://provider.example/_simulator/"), "{shown}");
}
