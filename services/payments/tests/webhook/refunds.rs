//! Refunds that end later: the provider sends an event, and its status is read.

use contract::payment::REFUNDED;
use provider_simulator::EntryKind::{Authorized, Captured, Refunded, Returned};
use provider_simulator::Outcome;
use provider_simulator::http::Simulator;
use serde_json::json;

use crate::fixture::{Sale, With, returns, seller, sold_for};

impl With<Simulator> {
    /// Waits until the newest refund has this status.
    async fn refund_is(&self, sale: &Sale, status: &str) {
        let is_so = || async { self.refunds(sale).await[0]["status"] == status };
        self.app.eventually(&format!("the refund is {status}"), is_so).await;
    }
}

#[tokio::test]
async fn an_event_completes_a_pending_refund() {
    let (fixture, sale) = sold_for("pm_card_pendingRefund").await;
    let reply = fixture.refund_by_admin(&sale, &json!({"amount": 10})).await.expect(202);
    assert_eq!(reply.text("status"), "requested");
    assert!(reply.text("stripeId").starts_with("re_"));
    fixture.deliver().await;
    fixture.refund_is(&sale, "requested").await;
    fixture.finish_refund(Outcome::Succeeded);
    fixture.deliver().await;
    fixture.refund_is(&sale, "succeeded").await;
    assert_eq!(fixture.ledger(&sale), [Authorized, Captured, Refunded]);
    assert_eq!(fixture.balance(seller(1)).await, 3_100);
}

#[tokio::test]
async fn a_returned_refund_is_credited_to_the_sellers() {
    let (fixture, sale) = sold_for("pm_card_refundFail").await;
    let reply = fixture.refund_by_admin(&sale, &json!({})).await.expect(201);
    assert_eq!(reply.text("status"), "succeeded");
    fixture.deliver().await;
    fixture.refund_is(&sale, "succeeded").await;
    assert_eq!(fixture.balance(seller(1)).await, 0);
    fixture.finish_refund(Outcome::Failed);
    fixture.deliver().await;
    fixture.refund_is(&sale, "failed").await;
    assert_eq!(fixture.ledger(&sale), [Authorized, Captured, Refunded, Returned]);
    assert_eq!(fixture.balance(seller(1)).await, 4_100);
    let published = fixture.published_in_all(REFUNDED, 2).await;
    let refunded = published.iter().map(|state| state.refunded.unwrap().minor_units);
    assert_eq!(refunded.collect::<Vec<_>>(), [4_100, 0]);
    // It can be refunded again.
    fixture.refund_by_admin(&sale, &json!({"to": "credit"})).await.expect(201);
    assert_eq!(fixture.balance(seller(1)).await, 0);
}

#[tokio::test]
async fn a_returned_refund_with_units_on_sale_is_credited_to_the_payer() {
    let (fixture, sale) = sold_for("pm_card_refundFail").await;
    let admin = fixture.admin();
    let body = json!({"returns": [returns(0, 1)]});
    let reply = fixture.refund_with_units(&admin, &sale, &body, &[(0, 1)]).await.expect(201);
    assert_eq!(reply.text("to"), "card");
    fixture.deliver().await;
    fixture.finish_refund(Outcome::Failed);
    fixture.deliver().await;
    let published = fixture.published_in_all(REFUNDED, 2).await.pop().unwrap();
    let refund = fixture.refunds(&sale).await.remove(0);
    assert_eq!((&refund["status"], &refund["to"]), (&json!("succeeded"), &json!("credit")));
    assert_eq!(refund["amount"], json!(41));
    assert!(!refund["reason"].as_str().unwrap().is_empty(), "the reason of the failure");
    let payer = sale.buyer.id;
    assert_eq!((fixture.balance(seller(1)).await, fixture.balance(payer).await), (0, 4_100));
    let account = fixture.account(&sale.buyer).await;
    assert_eq!(account["entries"][0]["cause"], "refund_credited");
    assert_eq!(published.refunded.unwrap().minor_units, 4_100, "the payer receives credit");
    assert_eq!(published.refunds.len(), 1);
    // Neither the money nor the unit can be claimed again.
    fixture.refund_by_admin(&sale, &json!({})).await.expect_problem(409, "refund_exceeds");
    // Repeated events of the provider have no effect.
    fixture.deliver().await;
    assert_eq!(fixture.balance(payer).await, 4_100);
}
