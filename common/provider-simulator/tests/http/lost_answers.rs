//! What the client sees of a call that went wrong, and how it finds out what was done.

use serde_json::json;
use stripe::{ApiErrorsCode, StripeError};
use stripe_core::payment_intent::ListPaymentIntent;
use stripe_shared::PaymentIntentStatus;

use crate::served::{AMOUNT, Served, capture, confirm, create, refused};

#[tokio::test]
async fn charged_but_the_answer_is_lost() {
    let served = Served::start();
    let created = served.created().await;
    let fault = json!({ "kind": "lose_answer", "operation": "confirm_intent" });
    served.turn("faults", &fault).await;
    let confirming = confirm(&created, "pm_card_visa");
    let lost = served.ask_under("k", &confirming).await;
    assert!(matches!(lost, Err(StripeError::ClientError(_))));
    assert_eq!(served.retrieved(&created).await.status, PaymentIntentStatus::RequiresCapture);
    let again = served.ask_under("k", &confirming).await.unwrap();
    assert_eq!(again.status, PaymentIntentStatus::RequiresCapture);
    assert_eq!(served.read("ledger").await["totals"]["usd"]["authorized"], AMOUNT);
}

#[tokio::test]
async fn a_call_that_did_not_arrive() {
    let served = Served::start();
    served.turn("faults", &json!({ "kind": "lose_request" })).await;
    let lost = served.ask_under("k", &create()).await;
    assert!(matches!(lost, Err(StripeError::ClientError(_))));
    let all = served.ask(&ListPaymentIntent::new()).await.unwrap();
    assert!(all.data.is_empty());
    served.ask_under("k", &create()).await.unwrap();
}

#[tokio::test]
async fn calls_that_are_turned_away() {
    let served = Served::start();
    let held = served.confirmed("pm_card_visa").await;
    for (status, code) in [(429, Some(ApiErrorsCode::RateLimit)), (500, None), (503, None)] {
        let fault = json!({ "kind": "refuse", "status": status, "times": 2 });
        served.turn("faults", &fault).await;
        for _ in 0..2 {
            let (refused, error) = refused(served.ask_under("k", &capture(&held)).await);
            assert_eq!((refused, error.code), (status, code.clone()));
        }
        assert_eq!(served.retrieved(&held).await.status, PaymentIntentStatus::RequiresCapture);
    }
    served.ask_under("k", &capture(&held)).await.unwrap();
}

#[tokio::test]
async fn an_error_that_stays_the_answer_is_seen_through_by_reading() {
    let served = Served::start();
    let held = served.confirmed("pm_card_visa").await;
    let fault = json!({ "kind": "keep_error", "status": 500, "operation": "capture_intent" });
    served.turn("faults", &fault).await;
    for _ in 0..2 {
        assert_eq!(refused(served.ask_under("k", &capture(&held)).await).0, 500);
    }
    assert_eq!(served.retrieved(&held).await.status, PaymentIntentStatus::Succeeded);
    assert_eq!(served.read("ledger").await["totals"]["usd"]["kept"], AMOUNT);
}

#[tokio::test]
async fn an_error_before_the_answer_is_seen_through_by_a_repeat() {
    let served = Served::start();
    served.turn("faults", &json!({ "kind": "hide_answer", "status": 502 })).await;
    assert_eq!(refused(served.ask_under("k", &create()).await).0, 502);
    let found = served.ask_under("k", &create()).await.unwrap();
    let all = served.ask(&ListPaymentIntent::new()).await.unwrap();
    assert_eq!(all.data.iter().map(|it| &it.id).collect::<Vec<_>>(), [&found.id]);
}

#[tokio::test]
async fn knobs_that_are_not_known_are_not_turned() {
    let served = Served::start();
    for (path, body) in [
        ("faults", json!({ "kind": "lose_everything" })),
        ("faults", json!({ "kind": "lose_answer", "operations": "confirm_intent" })),
        ("faults", json!({ "kind": "lose_answer", "operation": "confirm" })),
        ("faults", json!({ "kind": "refuse" })),
        ("webhook-faults", json!({ "kind": "drop", "event_type": "charge.refunded" })),
        ("webhook-faults", json!({ "kind": "drop", "event": "charge.unknown" })),
    ] {
        let answer = served.http.post(served.knob(path)).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{path} {body}");
    }
    let nothing = json!({ "faults": [], "webhook_faults": [] });
    assert_eq!(served.read("faults").await, nothing);
    served.turn("faults", &json!({ "kind": "lose_answer" })).await;
    served
        .turn("webhook-faults", &json!({ "kind": "delay", "ms": 5, "event": "charge.refunded" }))
        .await;
    let planned = json!({
        "faults": [{ "kind": "lose_answer", "operation": null, "times": 1 }],
        "webhook_faults": [{ "kind": "delay", "ms": 5, "event": "charge.refunded", "times": 1 }],
    });
    assert_eq!(served.read("faults").await, planned);
    assert_eq!(served.http.delete(served.knob("faults")).send().await.unwrap().status(), 204);
    assert_eq!(served.read("faults").await, nothing);
}

#[tokio::test]
async fn a_reset_forgets_everything() {
    let served = Served::start();
    served.confirmed("pm_card_visa").await;
    served.turn("faults", &json!({ "kind": "lose_answer" })).await;
    served.turn("reset", &json!({})).await;
    assert_eq!(served.read("ledger").await, json!({ "entries": [], "totals": {} }));
    assert_eq!(served.read("events").await, json!({ "events": [], "outstanding": 0 }));
    served.created().await;
}
