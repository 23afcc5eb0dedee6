//! The client's view of a failed or delayed call, and how it finds the call's effect.

use crate::prelude::*;

use crate::server::{TestServer, until};

impl TestServer {
    fn status(&self, intent: &str) -> IntentStatus {
        self.merchant(|merchant| merchant.status(intent))
    }

    /// Waits until a call has used up the planned fault.
    async fn fault_is_used_up(&self) {
        let is_so = || async { self.simulator.with(|provider, _| provider.faults.is_empty()) };
        until("the fault is used up", is_so).await;
    }
}

#[tokio::test]
async fn a_client_sees_each_fault_and_finds_its_effect_by_a_repeat_or_a_list() {
    let none = Value::Null;
    let of_provider = |status: u16| Some((status, json!("api_error"), none.clone()));
    let limited = Some((429, json!("invalid_request_error"), json!("rate_limit")));
    // The response to the payment, none if the connection is closed; the number of payments that a
    // list shows; the status of the repeat, and whether it is the stored response.
    for (mut fault, error, made, repeat) in [
        (json!({ "kind": "lose_request" }), None, 0, (200, false)),
        (json!({ "kind": "lose_response" }), None, 1, (200, true)),
        (json!({ "kind": "refuse", "status": 429 }), limited, 0, (200, false)),
        (json!({ "kind": "refuse", "status": 500 }), of_provider(500), 0, (200, false)),
        (json!({ "kind": "refuse", "status": 503 }), of_provider(503), 0, (200, false)),
        (json!({ "kind": "hide_response", "status": 502 }), of_provider(502), 1, (200, true)),
        (json!({ "kind": "keep_error", "status": 500 }), of_provider(500), 1, (500, true)),
    ] {
        let server = TestServer::start();
        fault["times"] = json!(2);
        fault["operation"] = json!("create_intent");
        server.control("faults", fault.clone()).await;
        let pay = Request::create_intent(AMOUNT, "usd").confirmed_with("pm_card_visa").keyed("k");
        for _ in 0..2 {
            let response = server.send(&pay).await.ok();
            let found = response.map(|response| {
                let error = &response.json()["error"];
                (response.status, error["type"].clone(), error["code"].clone())
            });
            assert_eq!(found, error, "{fault}");
        }
        let listed = server.send(&list("payment_intents")).await.unwrap().json();
        let listed: Vec<_> = listed["data"].as_array().unwrap().iter().collect();
        assert!(listed.iter().all(|intent| intent["status"] == "requires_capture"), "{fault}");
        let intents = server.simulator.with(|provider, _| provider.intents.len());
        assert_eq!((listed.len(), intents), (made, made), "{fault}");
        let again = server.send(&pay).await.unwrap();
        assert_eq!((again.status, again.replay_of.is_some()), repeat, "{fault}");
        let is_held = again.json()["status"] == "requires_capture";
        assert_eq!(is_held, repeat.0 == 200, "{fault}");
        assert_eq!(server.total("authorized").await, AMOUNT, "{fault}");
    }
}

#[tokio::test]
async fn a_repeat_during_a_delayed_call_receives_409() {
    for kind in ["delay_request", "delay_response"] {
        let server = TestServer::start();
        server.control("faults", json!({ "kind": kind, "ms": 60_000 })).await;
        let creating = Request::create_intent(AMOUNT, "usd").keyed("k");
        let first = server.send(&creating);
        let meanwhile = async {
            server.fault_is_used_up().await;
            let repeat = server.send(&creating).await.unwrap();
            assert_eq!(repeat.status, 409, "{kind}");
            assert_eq!(repeat.json()["error"]["code"], "idempotency_key_in_use", "{kind}");
            server.clock.advance(Duration::from_mins(1));
        };
        let (first, ()) = tokio::join!(first, meanwhile);
        let again = server.send(&creating).await.unwrap();
        let first = first.unwrap();
        assert_eq!((first.status, first.body), (200, again.body), "{kind}");
    }
}

#[tokio::test]
async fn a_delayed_call_is_executed_after_the_client_times_out() {
    let server = TestServer::start();
    let id = server.merchant(|merchant| merchant.pay("pm_card_visa"));
    let fault = json!({ "kind": "delay_request", "ms": 60_000, "operation": "capture_intent" });
    server.control("faults", fault).await;
    let capturing = capture(&id);
    let sending = tokio::time::timeout(Duration::from_millis(200), server.send(&capturing));
    assert!(sending.await.is_err(), "the client times out");
    server.fault_is_used_up().await;
    assert_eq!(server.status(&id), IntentStatus::RequiresCapture);
    server.clock.advance(Duration::from_mins(1));
    assert_eq!(server.status(&id), IntentStatus::Succeeded);
}
