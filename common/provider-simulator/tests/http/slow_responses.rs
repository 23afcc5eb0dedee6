//! Delayed calls.

use std::time::Duration;

use serde_json::json;
use stripe::{ApiErrorsCode, StripeError};
use stripe_client_core::StripeRequest as _;
use stripe_shared::PaymentIntentStatus;

use crate::server::{TestServer, capture, create, refused, until};

impl TestServer {
    /// Waits until a call has used up the planned fault.
    async fn fault_is_used_up(&self) {
        until("the fault is used up", || async {
            self.simulator.with(|provider, _| provider.faults.is_empty())
        })
        .await;
    }
}

#[tokio::test]
async fn a_repeat_during_a_delayed_call_receives_409() {
    for kind in ["delay_request", "delay_response"] {
        let server = TestServer::start();
        server.control("faults", &json!({ "kind": kind, "ms": 60_000 })).await;
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
    server.control("faults", &fault).await;
    let patience = Duration::from_millis(200);
    let asking = capture(&held).customize().timeout(patience).send(&server.client);
    assert!(matches!(asking.await, Err(StripeError::Timeout)));
    server.fault_is_used_up().await;
    assert_eq!(server.retrieved(&held).await.status, PaymentIntentStatus::RequiresCapture);
    server.clock.advance(Duration::from_mins(1));
    assert_eq!(server.retrieved(&held).await.status, PaymentIntentStatus::Succeeded);
}
