//! The client's view of a failed or delayed call, and how it finds the call's effect.

use std::time::Duration;

use serde_json::json;
use stripe::{ApiErrorsCode, StripeError};
use stripe_client_core::StripeRequest as _;
use stripe_core::payment_intent::ListPaymentIntent;
use stripe_shared::PaymentIntentStatus;

use crate::server::{AMOUNT, TestServer, capture, confirm, create, refused, until};

#[tokio::test]
async fn charged_but_the_response_is_lost() {
    let server = TestServer::start();
    let created = server.created().await;
    let fault = json!({ "kind": "lose_response", "operation": "confirm_intent" });
    server.control("faults", fault).await;
    let confirming = confirm(&created, "pm_card_visa");
    let lost = server.send_keyed("k", &confirming).await;
    assert!(matches!(lost, Err(StripeError::ClientError(_))));
    assert_eq!(server.status(&created).await, PaymentIntentStatus::RequiresCapture);
    let again = server.send_keyed("k", &confirming).await.unwrap();
    assert_eq!(again.status, PaymentIntentStatus::RequiresCapture);
    assert_eq!(server.total("authorized").await, AMOUNT);
}

#[tokio::test]
async fn a_lost_request() {
    let server = TestServer::start();
    server.control("faults", json!({ "kind": "lose_request" })).await;
    let lost = server.send_keyed("k", &create()).await;
    assert!(matches!(lost, Err(StripeError::ClientError(_))));
    let all = server.send(&ListPaymentIntent::new()).await.unwrap();
    assert!(all.data.is_empty());
    server.send_keyed("k", &create()).await.unwrap();
}

#[tokio::test]
async fn rejected_calls() {
    let server = TestServer::start();
    let held = server.confirmed("pm_card_visa").await;
    for (status, code) in [(429, Some(ApiErrorsCode::RateLimit)), (500, None), (503, None)] {
        let fault = json!({ "kind": "refuse", "status": status, "times": 2 });
        server.control("faults", fault).await;
        for _ in 0..2 {
            let (refused, error) = refused(server.send_keyed("k", &capture(&held)).await);
            assert_eq!((refused, error.code), (status, code.clone()));
        }
        assert_eq!(server.status(&held).await, PaymentIntentStatus::RequiresCapture);
    }
    server.send_keyed("k", &capture(&held)).await.unwrap();
}

#[tokio::test]
async fn a_read_shows_the_effect_behind_a_stored_error() {
    let server = TestServer::start();
    let held = server.confirmed("pm_card_visa").await;
    let fault = json!({ "kind": "keep_error", "status": 500, "operation": "capture_intent" });
    server.control("faults", fault).await;
    for _ in 0..2 {
        assert_eq!(refused(server.send_keyed("k", &capture(&held)).await).0, 500);
    }
    assert_eq!(server.status(&held).await, PaymentIntentStatus::Succeeded);
    assert_eq!(server.total("kept").await, AMOUNT);
}

#[tokio::test]
async fn a_repeat_returns_the_response_behind_a_proxy_error() {
    let server = TestServer::start();
    server.control("faults", json!({ "kind": "hide_response", "status": 502 })).await;
    assert_eq!(refused(server.send_keyed("k", &create()).await).0, 502);
    let found = server.send_keyed("k", &create()).await.unwrap();
    let all = server.send(&ListPaymentIntent::new()).await.unwrap();
    assert_eq!(all.data.iter().map(|it| &it.id).collect::<Vec<_>>(), [&found.id]);
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
