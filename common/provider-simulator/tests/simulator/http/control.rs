//! The control API.

use crate::prelude::*;
use reqwest::Method;

use crate::server::TestServer;

#[tokio::test]
async fn the_dashboard_and_disputes_work_over_http() {
    let server = TestServer::start();
    let pay = |merchant: &mut Merchant| merchant.pay("pm_card_visa");
    let held = server.merchant(pay);
    assert_eq!(server.operate(&format!("{held}/capture"), &json!({"amount": 500})).await, held);
    assert_eq!(server.read("ledger").await["entries"][1]["metadata"]["order"], "17");
    let held = server.merchant(pay);
    assert_eq!(server.operate(&format!("{held}/cancel"), &json!({})).await, held);
    let sold = server.merchant(|merchant| merchant.sell("pm_card_visa"));
    let refund = server.operate(&format!("{sold}/refund"), &json!({"amount": 50})).await;
    assert!(refund.starts_with("re_"));
    let dispute = server.operate(&format!("{sold}/dispute"), &json!({})).await;
    assert_eq!(server.total("captured").await, AMOUNT + 500);
    assert_eq!(server.total("refunded").await, 50);
    assert_eq!(server.total("kept").await, 500 - 50);
    server.control(&format!("disputes/{dispute}"), json!({"outcome": "succeeded"})).await;
    assert_eq!(server.total("kept").await, AMOUNT + 500 - 50);
}

#[tokio::test]
async fn the_control_api_ends_processing_and_fails_a_refund() {
    let server = TestServer::start();
    for (outcome, status) in
        [("succeeded", "requires_capture"), ("failed", "requires_payment_method")]
    {
        let id = server.merchant(|merchant| merchant.pay("pm_card_simulator_processing"));
        server.control(&format!("processing/{id}"), json!({ "outcome": outcome })).await;
        assert_eq!(server.merchant(|merchant| merchant.status(&id)).name(), status);
    }
    let sold = server.merchant(|merchant| merchant.sell("pm_card_visa"));
    let refund = server.merchant(|merchant| merchant.refund(&sold));
    let (path, failed) = (format!("refunds/{refund}"), json!({ "outcome": "failed" }));
    server.control(&path, failed.clone()).await;
    let read = server.merchant(|merchant| merchant.get(&retrieve_refund(&refund)));
    assert_eq!(read["status"], "failed");
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
    server.merchant(|merchant| merchant.pay("pm_card_visa"));
    server.control("faults", json!({ "kind": "lose_response" })).await;
    server.control("reset", json!({})).await;
    assert_eq!(server.read("ledger").await, json!({ "entries": [], "totals": {} }));
    assert_eq!(server.read("events").await, json!({ "events": [], "outstanding": 0 }));
    server.merchant(Merchant::create);
}
