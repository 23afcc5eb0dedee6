//! Calls that take their time.

use std::time::Duration;

use serde_json::json;
use stripe::{ApiErrorsCode, StripeError};
use stripe_client_core::StripeRequest as _;
use stripe_shared::PaymentIntentStatus;

use crate::served::{Served, capture, create, refused, until};

impl Served {
    /// The next planned fault has met its call.
    async fn is_met(&self) {
        until("a call has met the fault", || async {
            self.simulator.with(|provider, _| provider.planned().is_empty())
        })
        .await;
    }
}

#[tokio::test]
async fn while_the_first_call_is_slow_a_repeat_is_refused_for_now() {
    for kind in ["delay_request", "delay_answer"] {
        let served = Served::start();
        served.turn("faults", &json!({ "kind": kind, "ms": 60_000 })).await;
        let creating = create();
        let first = served.ask_under("k", &creating);
        let meanwhile = async {
            served.is_met().await;
            let (status, error) = refused(served.ask_under("k", &creating).await);
            assert_eq!((status, error.code), (409, Some(ApiErrorsCode::IdempotencyKeyInUse)));
            served.clock.advance(Duration::from_mins(1));
        };
        let (first, ()) = tokio::join!(first, meanwhile);
        let again = served.ask_under("k", &creating).await.unwrap();
        assert_eq!(first.unwrap().id, again.id, "{kind}");
    }
}

#[tokio::test]
async fn a_call_that_its_client_gave_up_on_is_done_all_the_same() {
    let served = Served::start();
    let held = served.confirmed("pm_card_visa").await;
    let fault = json!({ "kind": "delay_request", "ms": 60_000, "operation": "capture_intent" });
    served.turn("faults", &fault).await;
    let patience = Duration::from_millis(200);
    let asking = capture(&held).customize().timeout(patience).send(&served.client);
    assert!(matches!(asking.await, Err(StripeError::Timeout)));
    served.is_met().await;
    assert_eq!(served.retrieved(&held).await.status, PaymentIntentStatus::RequiresCapture);
    served.clock.advance(Duration::from_mins(1));
    assert_eq!(served.retrieved(&held).await.status, PaymentIntentStatus::Succeeded);
}
