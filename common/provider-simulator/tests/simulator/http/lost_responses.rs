//! The client's view of a failed or delayed call, and how it finds the call's effect.

use std::time::Duration;

use serde_json::{Value, json};
use stripe::{ApiErrorsCode, StripeError};
use stripe_client_core::StripeRequest as _;
use stripe_core::payment_intent::ListPaymentIntent;
use stripe_shared::PaymentIntentStatus;

use crate::server::{AMOUNT, TestServer, capture, confirm, create, refused, until};

#[tokio::test]
async fn a_client_sees_each_fault_and_finds_its_effect() {
    use PaymentIntentStatus::{RequiresCapture, RequiresPaymentMethod};
    let limited = Some(ApiErrorsCode::RateLimit);
    // The error of the confirmation, none if the connection is closed; the status that a read shows;
    // the error of the repeat.
    for (mut fault, error, effect, repeat) in [
        (json!({ "kind": "lose_response" }), None, RequiresCapture, None),
        (json!({ "kind": "lose_request" }), None, RequiresPaymentMethod, None),
        (refuse(429), Some((429, limited)), RequiresPaymentMethod, None),
        (refuse(500), Some((500, None)), RequiresPaymentMethod, None),
        (refuse(503), Some((503, None)), RequiresPaymentMethod, None),
        (
            json!({ "kind": "keep_error", "status": 500 }),
            Some((500, None)),
            RequiresCapture,
            Some(500),
        ),
        (
            json!({ "kind": "hide_response", "status": 502 }),
            Some((502, None)),
            RequiresCapture,
            None,
        ),
    ] {
        let server = TestServer::start();
        let created = server.created().await;
        fault["times"] = json!(2);
        fault["operation"] = json!("confirm_intent");
        server.control("faults", fault.clone()).await;
        let confirming = confirm(&created, "pm_card_visa");
        for _ in 0..2 {
            match (server.send_keyed("k", &confirming).await, &error) {
                (Err(StripeError::ClientError(_)), None) => {}
                (Err(StripeError::Stripe(found, status)), Some(error)) => {
                    assert_eq!(&(status, found.code), error, "{fault}");
                }
                _ => panic!("{fault}: another response"),
            }
        }
        assert_eq!(server.status(&created).await, effect, "{fault}");
        let again = server.send_keyed("k", &confirming).await;
        match repeat {
            Some(status) => assert_eq!(refused(again).0, status, "{fault}"),
            None => assert_eq!(again.unwrap().status, RequiresCapture, "{fault}"),
        }
        let all = server.send(&ListPaymentIntent::new()).await.unwrap();
        assert_eq!((all.data.len(), server.total("authorized").await), (1, AMOUNT), "{fault}");
    }
}

fn refuse(status: u16) -> Value {
    json!({ "kind": "refuse", "status": status })
}

impl TestServer {
    /// Waits until a call has used up the planned fault.
    async fn fault_is_used_up(&self) {
        let is_so = || async { self.simulator.with(|provider, _| provider.faults.is_empty()) };
        until("the fault is used up", is_so).await;
    }
}

#[tokio::test]
async fn a_repeat_during_a_delayed_call_receives_409() {
    for kind in ["delay_request", "delay_response"] {
        let server = TestServer::start();
        server.control("faults", json!({ "kind": kind, "ms": 60_000 })).await;
        let creating = create();
        let first = server.send_keyed("k", &creating);
        let meanwhile = async {
            server.fault_is_used_up().await;
            let (status, error) = refused(server.send_keyed("k", &creating).await);
            assert_eq!((status, error.code), (409, Some(ApiErrorsCode::IdempotencyKeyInUse)));
            server.clock.advance(Duration::from_mins(1));
        };
        let (first, ()) = tokio::join!(first, meanwhile);
        let again = server.send_keyed("k", &creating).await.unwrap();
        assert_eq!(first.unwrap().id, again.id, "{kind}");
    }
}

#[tokio::test]
async fn a_delayed_call_is_executed_after_the_client_times_out() {
    let server = TestServer::start();
    let held = server.confirmed("pm_card_visa").await;
    let fault = json!({ "kind": "delay_request", "ms": 60_000, "operation": "capture_intent" });
    server.control("faults", fault).await;
    let patience = Duration::from_millis(200);
    let asking = capture(&held).customize().timeout(patience).send(&server.client);
    assert!(matches!(asking.await, Err(StripeError::Timeout)));
    server.fault_is_used_up().await;
    assert_eq!(server.status(&held).await, PaymentIntentStatus::RequiresCapture);
    server.clock.advance(Duration::from_mins(1));
    assert_eq!(server.status(&held).await, PaymentIntentStatus::Succeeded);
}
