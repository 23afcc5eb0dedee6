//! Refunds that end later: the provider sends an event, and its status is read.

use contract::order::{COMPLETED, OrderState, OrderStatus};
use contract::payment::{AUTHORIZED, REFUNDED};
use contract::{Currency, UserId};
use payments::domain::Account;
use provider_simulator::EntryKind::{self, Authorized, Captured, Refunded, Returned};
use provider_simulator::Outcome;
use serde_json::json;
use testing::User;

use crate::fixture::PaymentsFixture;

/// An order of 41.00, paid by card.
struct Sale<'s> {
    fixture: &'s PaymentsFixture,
    buyer: User,
    seller: UserId,
    /// The order after the payment.
    order: OrderState,
    path: String,
    reference: String,
}

async fn sold<'s>(fixture: &'s PaymentsFixture, card: &str) -> Sale<'s> {
    let (buyer, order) = fixture.order().await;
    let seller = order.items.first().unwrap().seller;
    let accepting = async {
        let published = || async { !fixture.app.published(AUTHORIZED).await.is_empty() };
        fixture.app.eventually("the payment is authorised", published).await;
        let payment_id = fixture.app.published(AUTHORIZED).await.first().unwrap().id;
        let status = OrderStatus::Complete { payment_id: Some(payment_id) };
        let order = OrderState { version: 3, status, ..order.clone() };
        fixture.app.publish(&[COMPLETED.of(order.clone())]).await;
        order
    };
    let (reply, order) = tokio::join!(fixture.pay(&buyer, &order, card), accepting);
    let reply = reply.expect(201);
    let path = format!("/api/payments/{}/refunds", reply.text("id"));
    Sale { fixture, buyer, seller, order, path, reference: reply.text("stripeId") }
}

impl Sale<'_> {
    async fn becomes(&self, status: &str) {
        let is_so = || async {
            let list = self.fixture.app.get(Some(&self.buyer), &self.path).await.expect(200);
            list.text("0/status") == status
        };
        self.fixture.app.eventually(&format!("the refund is {status}"), is_so).await;
    }

    /// Ends the provider's newest refund.
    fn finish(&self, outcome: Outcome) {
        self.fixture.simulator.with(|provider, now| {
            let id = provider.refunds().last().unwrap().0.clone();
            provider.finish_refund(&id, outcome, now).unwrap();
        });
    }

    fn ledger(&self) -> Vec<EntryKind> {
        self.fixture.ledger(&self.reference)
    }

    /// The seller's balance in minor units.
    async fn balance(&self) -> i64 {
        self.balance_of(self.seller).await
    }

    async fn balance_of(&self, user: UserId) -> i64 {
        let store = self.fixture.app.store(payments::NAME);
        let account = store.find::<Account>(&user.to_string()).await.unwrap().unwrap();
        account.balance(Currency::USD).minor_units
    }

    /// Publishes the order as orders does once its unit is returned.
    async fn put_on_sale(&self) {
        let published = || async { !self.fixture.app.published(REFUNDED).await.is_empty() };
        self.fixture.app.eventually("the unit is returned", published).await;
        let mut order = OrderState { version: 4, ..self.order.clone() };
        order.items.first_mut().unwrap().returned = 1;
        self.fixture.app.publish(&[COMPLETED.of(order)]).await;
    }
}

#[tokio::test]
async fn an_event_completes_a_pending_refund() {
    let fixture = PaymentsFixture::open().await;
    let sale = sold(&fixture, "pm_card_pendingRefund").await;
    let body = json!({"amount": 10});
    let admin = fixture.app.admin();
    let reply = fixture.app.post(Some(&admin), &sale.path, &body).await.expect(202);
    assert_eq!(reply.text("status"), "requested");
    assert!(reply.text("stripeId").starts_with("re_"));
    fixture.deliver().await;
    sale.becomes("requested").await;
    sale.finish(Outcome::Succeeded);
    fixture.deliver().await;
    sale.becomes("succeeded").await;
    assert_eq!(sale.ledger(), [Authorized, Captured, Refunded]);
    assert_eq!(sale.balance().await, 3_100);
}

#[tokio::test]
async fn a_returned_refund_is_credited_to_the_sellers() {
    let fixture = PaymentsFixture::open().await;
    let sale = sold(&fixture, "pm_card_refundFail").await;
    let admin = fixture.app.admin();
    let reply = fixture.app.post(Some(&admin), &sale.path, &json!({})).await.expect(201);
    assert_eq!(reply.text("status"), "succeeded");
    fixture.deliver().await;
    sale.becomes("succeeded").await;
    assert_eq!(sale.balance().await, 0);
    sale.finish(Outcome::Failed);
    fixture.deliver().await;
    sale.becomes("failed").await;
    assert_eq!(sale.ledger(), [Authorized, Captured, Refunded, Returned]);
    assert_eq!(sale.balance().await, 4_100);
    let published = || async { fixture.app.published(REFUNDED).await };
    fixture.app.eventually("both are published", || async { published().await.len() == 2 }).await;
    let published: Vec<_> =
        published().await.iter().map(|state| state.refunded.unwrap().minor_units).collect();
    assert_eq!(published, [4_100, 0]);
    // It can be refunded again.
    let again = json!({"to": "credit"});
    fixture.app.post(Some(&admin), &sale.path, &again).await.expect(201).text("id");
    assert_eq!(sale.balance().await, 0);
}

#[tokio::test]
async fn a_returned_refund_with_units_on_sale_is_credited_to_the_payer() {
    let fixture = PaymentsFixture::open().await;
    let sale = sold(&fixture, "pm_card_refundFail").await;
    let admin = fixture.app.admin();
    let ticket_id = sale.order.items.first().unwrap().ticket_id;
    let body = json!({"returns": [{"ticketId": ticket_id, "quantity": 1}]});
    let asking = fixture.app.post(Some(&admin), &sale.path, &body);
    let (reply, ()) = tokio::join!(asking, sale.put_on_sale());
    assert_eq!(reply.expect(201).text("to"), "card");
    fixture.deliver().await;
    sale.finish(Outcome::Failed);
    fixture.deliver().await;
    let published = || async { fixture.app.published(REFUNDED).await };
    fixture.app.eventually("both are published", || async { published().await.len() == 2 }).await;
    let list = fixture.app.get(Some(&sale.buyer), &sale.path).await.expect(200);
    let shown = (list.text("0/status"), list.text("0/to"), list.at("0/amount"));
    assert_eq!(shown, ("succeeded".into(), "credit".into(), json!(41)));
    assert!(!list.text("0/reason").is_empty(), "the reason of the failure");
    assert_eq!((sale.balance().await, sale.balance_of(sale.buyer.id).await), (0, 4_100));
    let account = fixture.app.get(Some(&sale.buyer), "/api/payments/account").await.expect(200);
    assert_eq!(account.at("entries")[0]["cause"], "refund_credited");
    let published = published().await.pop().unwrap();
    assert_eq!(published.refunded.unwrap().minor_units, 4_100, "the payer receives credit");
    assert_eq!(published.refunds.len(), 1);
    // Neither the money nor the unit can be claimed again.
    let again = fixture.app.post(Some(&admin), &sale.path, &json!({})).await;
    again.expect_problem(409, "refund_exceeds");
    // Repeated events of the provider have no effect.
    fixture.deliver().await;
    assert_eq!(sale.balance_of(sale.buyer.id).await, 4_100);
}
