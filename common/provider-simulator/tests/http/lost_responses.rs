//! The client's view of a failed call, and how it finds the call's effect.

use serde_json::json;
use stripe::{ApiErrorsCode, StripeError};
use stripe_core::payment_intent::ListPaymentIntent;
use stripe_shared::PaymentIntentStatus;

use crate::server::{AMOUNT, TestServer, capture, confirm, create, refused};

#[tokio::test]
async fn charged_but_the_response_is_lost() {
    let server = TestServer::start();
    let created = server.created().await;
    let fault = json!({ "kind": "lose_response", "operation": "confirm_intent" });
    server.control("faults", &fault).await;
    let confirming = confirm(&created, "pm_card_visa");
    let lost = server.send_keyed("k", &confirming).await;
    assert!(matches!(lost, Err(StripeError::ClientError(_))));
    assert_eq!(server.retrieved(&created).await.status, PaymentIntentStatus::RequiresCapture);
    let again = server.send_keyed("k", &confirming).await.unwrap();
    assert_eq!(again.status, PaymentIntentStatus::RequiresCapture);
    assert_eq!(server.read("ledger").await["totals"]["usd"]["authorized"], AMOUNT);
}

#[tokio::test]
async fn a_lost_request() {
    let server = TestServer::start();
    server.control("faults", &json!({ "kind": "lose_request" })).await;
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
        server.control("faults", &fault).await;
        for _ in 0..2 {
            let (refused, error) = refused(server.send_keyed("k", &capture(&held)).await);
            assert_eq!((refused, error.code), (status, code.clone()));
        }
        assert_eq!(server.retrieved(&held).await.status, PaymentIntentStatus::RequiresCapture);
    }
    server.send_keyed("k", &capture(&held)).await.unwrap();
}

#[tokio::test]
async fn a_read_shows_the_effect_behind_a_stored_error() {
    let server = TestServer::start();
    let held = server.confirmed("pm_card_visa").await;
    let fault = json!({ "kind": "keep_error", "status": 500, "operation": "capture_intent" });
    server.control("faults", &fault).await;
    for _ in 0..2 {
        assert_eq!(refused(server.send_keyed("k", &capture(&held)).await).0, 500);
    }
    assert_eq!(server.retrieved(&held).await.status, PaymentIntentStatus::Succeeded);
    assert_eq!(server.read("ledger").await["totals"]["usd"]["kept"], AMOUNT);
}

#[tokio::test]
async fn a_repeat_returns_the_response_behind_a_proxy_error() {
    let server = TestServer::start();
    server.control("faults", &json!({ "kind": "hide_response", "status": 502 })).await;
    assert_eq!(refused(server.send_keyed("k", &create()).await).0, 502);
    let found = server.send_keyed("k", &create()).await.unwrap();
    let all = server.send(&ListPaymentIntent::new()).await.unwrap();
    assert_eq!(all.data.iter().map(|it| &it.id).collect::<Vec<_>>(), [&found.id]);
}

#[tokio::test]
async fn unknown_options_of_the_control_api_are_rejected() {
    let server = TestServer::start();
    for (path, body) in [
        ("faults", json!({ "kind": "lose_everything" })),
        ("faults", json!({ "kind": "lose_response", "operations": "confirm_intent" })),
        ("faults", json!({ "kind": "lose_response", "operation": "confirm" })),
        ("faults", json!({ "kind": "refuse" })),
        ("webhook-faults", json!({ "kind": "drop", "event_type": "charge.refunded" })),
        ("webhook-faults", json!({ "kind": "drop", "event": "charge.unknown" })),
    ] {
        let response = server.http.post(server.control_url(path)).json(&body).send().await.unwrap();
        assert_eq!(response.status(), 400, "{path} {body}");
    }
    let nothing = json!({ "faults": [], "webhook_faults": [] });
    assert_eq!(server.read("faults").await, nothing);
    server.control("faults", &json!({ "kind": "lose_response" })).await;
    server
        .control("webhook-faults", &json!({ "kind": "delay", "ms": 5, "event": "charge.refunded" }))
        .await;
    let planned = json!({
        "faults": [{ "kind": "lose_response", "operation": null, "times": 1 }],
        "webhook_faults": [{ "kind": "delay", "ms": 5, "event": "charge.refunded", "times": 1 }],
    });
    assert_eq!(server.read("faults").await, planned);
    assert_eq!(
        server.http.delete(server.control_url("faults")).send().await.unwrap().status(),
        204
    );
    assert_eq!(server.read("faults").await, nothing);
}

#[tokio::test]
async fn a_reset_clears_faults_ledger_and_events() {
    let server = TestServer::start();
    server.confirmed("pm_card_visa").await;
    server.control("faults", &json!({ "kind": "lose_response" })).await;
    server.control("reset", &json!({})).await;
    assert_eq!(server.read("ledger").await, json!({ "entries": [], "totals": {} }));
    assert_eq!(server.read("events").await, json!({ "events": [], "outstanding": 0 }));
    server.created().await;
}
