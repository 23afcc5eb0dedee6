//! Faults of calls: their effect, and how a client detects it.

use crate::prelude::*;

fn pay() -> Request {
    Request::create_intent(AMOUNT, "usd").confirmed_with("pm_card_visa").keyed("k")
}

#[test]
fn a_stored_error_does_not_replace_an_earlier_response() {
    let mut merchant = Merchant::new();
    let first = merchant.send(&pay());
    merchant.provider.faults.push(Fault::once(FaultKind::KeepError { status: 500 }).times(2));
    assert_eq!(merchant.send(&pay()).body, first.body);
    merchant.fail(&pay().with("amount", 5000), 400, &json!({}));
    assert_eq!(merchant.send(&pay()).body, first.body);
}

#[test]
fn a_delayed_request_is_executed_after_the_client_disconnects() {
    let mut merchant = Merchant::with_fault(FaultKind::DelayRequest { ms: 30_000 });
    let since = merchant.now;
    assert_eq!(merchant.provider.handle(&pay(), since).response(), None);
    merchant.pass(Duration::from_millis(29_999));
    has("early", &merchant.get(&list("payment_intents")), &json!({ "data": [] }));
    assert_eq!(merchant.provider.next_due(), Some(since.plus(Duration::from_secs(30))));
    merchant.pass(Duration::from_millis(1));
    let found = merchant.get(&list("payment_intents"));
    assert_eq!(found["data"][0]["status"], "requires_capture");
    assert!(merchant.send(&pay()).replay_of.is_some());
}

#[test]
fn a_delayed_response_follows_an_immediate_effect() {
    let mut merchant = Merchant::new();
    let id = merchant.pay("pm_card_visa");
    merchant.provider.faults.push(Fault::once(FaultKind::DelayResponse { ms: 30_000 }));
    let reply = merchant.provider.handle(&capture(&id), merchant.now);
    assert_eq!(reply.response(), None);
    assert_eq!(merchant.status(&id), IntentStatus::Succeeded);
}

#[test]
fn a_delayed_request_with_wrong_parameters_releases_its_key() {
    for kind in [FaultKind::DelayRequest { ms: 5 }, FaultKind::DelayResponse { ms: 5 }] {
        let mut merchant = Merchant::with_fault(kind);
        let wrong = pay().with("amount", 1);
        let Reply::Later { pending, at } = merchant.provider.handle(&wrong, merchant.now) else {
            panic!("{kind:?}")
        };
        assert_eq!(merchant.provider.collect(pending, at).unwrap().status, 400, "{kind:?}");
        merchant.now = at;
        merchant.get(&pay());
    }
}

#[test]
fn a_fault_applies_to_its_operation_until_faults_are_cleared() {
    let mut merchant = Merchant::new();
    let fault = Fault::once(FaultKind::Refuse { status: 500 });
    merchant.provider.faults.push(fault.on(Operation::CaptureIntent).times(2));
    merchant.provider.faults.push(fault.on(Operation::RetrieveIntent));
    let id = merchant.pay("pm_card_visa");
    merchant.fail(&Request::retrieve_intent(&id), 500, &json!({}));
    merchant.fail(&capture(&id), 500, &json!({}));
    assert_eq!(merchant.provider.faults, [fault.on(Operation::CaptureIntent)]);
    merchant.provider.clear_faults();
    merchant.get(&capture(&id));
}

#[test]
fn a_reset_returns_to_the_initial_state_of_the_seed() {
    let mut merchant = Merchant::new();
    merchant.provider.base = "https://provider.example".to_owned();
    let first = merchant.send(&pay());
    merchant.provider.faults.push(Fault::once(FaultKind::LoseRequest));
    merchant.provider.reset();
    assert!(merchant.provider.intents.is_empty());
    assert!(merchant.provider.ledger.entries.is_empty());
    assert_eq!(merchant.provider.next_delivery(merchant.now), None);
    let second = merchant.send(&pay());
    assert_eq!(second, first);
    merchant.get(&cancel(&text(&second.json(), "id")));
    let open = merchant.pay("pm_card_authenticationRequired");
    let shown = merchant.get(&Request::retrieve_intent(&open)).to_string();
    assert!(shown.contains("https://provider.example/_simulator/"), "{shown}");
}
