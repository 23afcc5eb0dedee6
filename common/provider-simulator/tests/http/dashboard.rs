//! The dashboard and disputes, served.

use serde_json::json;

use crate::served::{AMOUNT, Served, capture};

#[tokio::test]
async fn an_operator_and_a_bank_do_over_http_what_they_do_to_payments() {
    let served = Served::start();
    let held = served.confirmed("pm_card_visa").await;
    served.operate(&format!("{}/capture", held.id), &json!({"amount": 500})).await;
    let held = served.confirmed("pm_card_visa").await;
    served.operate(&format!("{}/cancel", held.id), &json!({})).await;
    let held = served.confirmed("pm_card_visa").await;
    let sold = served.ask(&capture(&held)).await.unwrap();
    let refund = served.operate(&format!("{}/refund", sold.id), &json!({"amount": 50})).await;
    assert!(refund.starts_with("re_"));
    let dispute = served.operate(&format!("{}/dispute", sold.id), &json!({})).await;
    let total = async |name: &str| {
        let ledger = served.read("ledger").await;
        ledger.pointer(&format!("/totals/usd/{name}")).cloned().unwrap()
    };
    assert_eq!(
        (total("captured").await, total("refunded").await),
        (json!(AMOUNT + 500), json!(50))
    );
    assert_eq!(total("kept").await, 500 - 50);
    let path = format!("disputes/{dispute}");
    served.turn(&path, &json!({"outcome": "succeeded"})).await;
    assert_eq!(total("kept").await, AMOUNT + 500 - 50);
}
