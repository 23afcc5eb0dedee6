//! The dashboard and disputes over HTTP.

use serde_json::json;

use crate::server::{AMOUNT, TestServer, capture};

#[tokio::test]
async fn the_dashboard_and_disputes_work_over_http() {
    let server = TestServer::start();
    let held = server.confirmed("pm_card_visa").await;
    server.operate(&format!("{}/capture", held.id), &json!({"amount": 500})).await;
    let held = server.confirmed("pm_card_visa").await;
    server.operate(&format!("{}/cancel", held.id), &json!({})).await;
    let held = server.confirmed("pm_card_visa").await;
    let sold = server.send(&capture(&held)).await.unwrap();
    let refund = server.operate(&format!("{}/refund", sold.id), &json!({"amount": 50})).await;
    assert!(refund.starts_with("re_"));
    let dispute = server.operate(&format!("{}/dispute", sold.id), &json!({})).await;
    let total = async |name: &str| {
        let ledger = server.read("ledger").await;
        ledger.pointer(&format!("/totals/usd/{name}")).cloned().unwrap()
    };
    assert_eq!(
        (total("captured").await, total("refunded").await),
        (json!(AMOUNT + 500), json!(50))
    );
    assert_eq!(total("kept").await, 500 - 50);
    let path = format!("disputes/{dispute}");
    server.control(&path, &json!({"outcome": "succeeded"})).await;
    assert_eq!(total("kept").await, AMOUNT + 500 - 50);
}
