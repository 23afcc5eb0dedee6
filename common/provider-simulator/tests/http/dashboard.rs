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
    let totals = served.read("ledger").await["totals"]["usd"].clone();
    assert_eq!((&totals["captured"], &totals["refunded"]), (&json!(AMOUNT + 500), &json!(50)));
    assert_eq!(totals["kept"], 500 - 50);
    let path = format!("disputes/{dispute}");
    served.turn(&path, &json!({"outcome": "succeeded"})).await;
    assert_eq!(served.read("ledger").await["totals"]["usd"]["kept"], AMOUNT + 500 - 50);
}
