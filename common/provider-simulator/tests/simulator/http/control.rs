//! The control API.

use reqwest::Method;
use serde_json::{Value, json};
use stripe_core::refund::CreateRefund;
use stripe_shared::PaymentIntentStatus;

use crate::server::{AMOUNT, TestServer};

#[tokio::test]
async fn the_dashboard_and_disputes_work_over_http() {
    let server = TestServer::start();
    let held = server.confirmed("pm_card_visa").await;
    server.operate(&format!("{}/capture", held.id), &json!({"amount": 500})).await;
    let held = server.confirmed("pm_card_visa").await;
    server.operate(&format!("{}/cancel", held.id), &json!({})).await;
    let sold = server.sold("pm_card_visa").await;
    let refund = server.operate(&format!("{}/refund", sold.id), &json!({"amount": 50})).await;
    assert!(refund.starts_with("re_"));
    let dispute = server.operate(&format!("{}/dispute", sold.id), &json!({})).await;
    assert_eq!(server.total("captured").await, AMOUNT + 500);
    assert_eq!(server.total("refunded").await, 50);
    assert_eq!(server.total("kept").await, 500 - 50);
    server.control(&format!("disputes/{dispute}"), json!({"outcome": "succeeded"})).await;
    assert_eq!(server.total("kept").await, AMOUNT + 500 - 50);
}

#[tokio::test]
async fn the_control_api_ends_processing() {
    let server = TestServer::start();
    for (outcome, status) in [
        ("succeeded", PaymentIntentStatus::RequiresCapture),
        ("failed", PaymentIntentStatus::RequiresPaymentMethod),
    ] {
        let open = server.confirmed("pm_card_simulator_processing").await;
        server.control(&format!("processing/{}", open.id), json!({ "outcome": outcome })).await;
        assert_eq!(server.status(&open).await, status);
    }
}

#[tokio::test]
async fn the_control_api_fails_a_refund() {
    let server = TestServer::start();
    let sold = server.sold("pm_card_visa").await;
    let refund = CreateRefund::new().payment_intent(sold.id.as_str());
    let refund = server.send(&refund).await.unwrap();
    let (path, failed) = (format!("refunds/{}", refund.id), json!({ "outcome": "failed" }));
    server.control(&path, failed.clone()).await;
    assert_eq!(server.refund(&refund).await.status.as_deref(), Some("failed"));
    assert_eq!(server.call(Method::POST, &path, &failed).await.0, 409);
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
        assert_eq!(server.call(Method::POST, path, &body).await.0, 400, "{path} {body}");
    }
    let nothing = json!({ "faults": [], "webhook_faults": [] });
    assert_eq!(server.read("faults").await, nothing);
    server.control("faults", json!({ "kind": "lose_response" })).await;
    let late = json!({ "kind": "delay", "ms": 5, "event": "charge.refunded" });
    server.control("webhook-faults", late).await;
    let planned = json!({
        "faults": [{ "kind": "lose_response", "operation": null, "times": 1 }],
        "webhook_faults": [{ "kind": "delay", "ms": 5, "event": "charge.refunded", "times": 1 }],
    });
    assert_eq!(server.read("faults").await, planned);
    assert_eq!(server.call(Method::DELETE, "faults", &Value::Null).await.0, 204);
    assert_eq!(server.read("faults").await, nothing);
}

#[tokio::test]
async fn unknown_routes_of_the_control_api_are_not_found() {
    let server = TestServer::start();
    for path in ["ledgers", "dashboard/pi_1/void"] {
        assert_eq!(server.call(Method::POST, path, &json!({})).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn a_reset_clears_faults_ledger_and_events() {
    let server = TestServer::start();
    server.confirmed("pm_card_visa").await;
    server.control("faults", json!({ "kind": "lose_response" })).await;
    server.control("reset", json!({})).await;
    assert_eq!(server.read("ledger").await, json!({ "entries": [], "totals": {} }));
    assert_eq!(server.read("events").await, json!({ "events": [], "outstanding": 0 }));
    server.created().await;
}
