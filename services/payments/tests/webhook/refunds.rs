//! Refunds whose end comes later: the provider tells of it, and is asked.

use contract::order::{COMPLETED, OrderState, OrderStatus};
use contract::payment::{AUTHORIZED, REFUNDED};
use contract::{Currency, UserId};
use payments::domain::Account;
use provider_simulator::EntryKind::{self, Authorized, Captured, Refunded, Returned};
use provider_simulator::Outcome;
use serde_json::json;
use testing::User;

use crate::shop::Shop;

/// An order of 41.00 that was paid by a card.
struct Sale<'s> {
    shop: &'s Shop,
    buyer: User,
    seller: UserId,
    /// As it is once it is paid.
    order: OrderState,
    path: String,
    reference: String,
}

async fn sold<'s>(shop: &'s Shop, card: &str) -> Sale<'s> {
    let (buyer, order) = shop.order().await;
    let seller = order.items.first().unwrap().seller;
    let accepting = async {
        let told = || async { !shop.stage.published(AUTHORIZED).await.is_empty() };
        shop.stage.eventually("the payment is authorised", told).await;
        let payment_id = shop.stage.published(AUTHORIZED).await.first().unwrap().id;
        let status = OrderStatus::Complete { payment_id: Some(payment_id) };
        let order = OrderState { version: 3, status, ..order.clone() };
        shop.stage.publish(&[COMPLETED.of(order.clone())]).await;
        order
    };
    let (reply, order) = tokio::join!(shop.pay(&buyer, &order, card), accepting);
    let reply = reply.expect(201);
    let path = format!("/api/payments/{}/refunds", reply.text("id"));
    Sale { shop, buyer, seller, order, path, reference: reply.text("stripeId") }
}

impl Sale<'_> {
    async fn becomes(&self, status: &str) {
        let is_so = || async {
            let list = self.shop.stage.get(Some(&self.buyer), &self.path).await.expect(200);
            list.text("0/status") == status
        };
        self.shop.stage.eventually(&format!("the refund is {status}"), is_so).await;
    }

    /// The provider brings its newest refund to an end.
    fn finish(&self, outcome: Outcome) {
        self.shop.simulator.with(|provider, now| {
            let id = provider.refunds().last().unwrap().id().to_owned();
            provider.finish_refund(&id, outcome, now).unwrap();
        });
    }

    fn ledger(&self) -> Vec<EntryKind> {
        self.shop.ledger(&self.reference)
    }

    /// Minor units that the seller has.
    async fn balance(&self) -> i64 {
        self.balance_of(self.seller).await
    }

    async fn balance_of(&self, user: UserId) -> i64 {
        let store = self.shop.stage.store(payments::NAME);
        let account = store.find::<Account>(&user.to_string()).await.unwrap().unwrap();
        account.balance(Currency::USD).minor_units
    }

    /// Publishes the order as orders does once its unit is returned.
    async fn put_on_sale(&self) {
        let told = || async { !self.shop.stage.published(REFUNDED).await.is_empty() };
        self.shop.stage.eventually("the unit is returned", told).await;
        let mut order = OrderState { version: 4, ..self.order.clone() };
        order.items.first_mut().unwrap().returned = 1;
        self.shop.stage.publish(&[COMPLETED.of(order)]).await;
    }
}

#[tokio::test]
async fn a_refund_that_a_bank_takes_its_time_for_has_arrived_when_the_provider_tells_of_it() {
    let shop = Shop::open().await;
    let sale = sold(&shop, "pm_card_pendingRefund").await;
    let body = json!({"amount": 10});
    let admin = shop.stage.admin();
    let reply = shop.stage.post(Some(&admin), &sale.path, &body).await.expect(202);
    assert_eq!(reply.text("status"), "requested");
    assert!(reply.text("stripeId").starts_with("re_"));
    shop.deliver().await;
    sale.becomes("requested").await;
    sale.finish(Outcome::Succeeded);
    shop.deliver().await;
    sale.becomes("succeeded").await;
    assert_eq!(sale.ledger(), [Authorized, Captured, Refunded]);
    assert_eq!(sale.balance().await, 3_100);
}

#[tokio::test]
async fn a_refund_that_a_bank_sends_back_is_the_sellers_again() {
    let shop = Shop::open().await;
    let sale = sold(&shop, "pm_card_refundFail").await;
    let admin = shop.stage.admin();
    let reply = shop.stage.post(Some(&admin), &sale.path, &json!({})).await.expect(201);
    assert_eq!(reply.text("status"), "succeeded");
    shop.deliver().await;
    sale.becomes("succeeded").await;
    assert_eq!(sale.balance().await, 0);
    sale.finish(Outcome::Failed);
    shop.deliver().await;
    sale.becomes("failed").await;
    assert_eq!(sale.ledger(), [Authorized, Captured, Refunded, Returned]);
    assert_eq!(sale.balance().await, 4_100);
    let told = || async { shop.stage.published(REFUNDED).await };
    shop.stage.eventually("both are told", || async { told().await.len() == 2 }).await;
    let told: Vec<_> =
        told().await.iter().map(|state| state.refunded.unwrap().minor_units).collect();
    assert_eq!(told, [4_100, 0]);
    // It can be given back again.
    let again = json!({"to": "credit"});
    shop.stage.post(Some(&admin), &sale.path, &again).await.expect(201).text("id");
    assert_eq!(sale.balance().await, 0);
}

#[tokio::test]
async fn a_refund_that_a_bank_sends_back_while_its_units_are_on_sale_is_the_payers_credit() {
    let shop = Shop::open().await;
    let sale = sold(&shop, "pm_card_refundFail").await;
    let admin = shop.stage.admin();
    let ticket_id = sale.order.items.first().unwrap().ticket_id;
    let body = json!({"returns": [{"ticketId": ticket_id, "quantity": 1}]});
    let asking = shop.stage.post(Some(&admin), &sale.path, &body);
    let (reply, ()) = tokio::join!(asking, sale.put_on_sale());
    assert_eq!(reply.expect(201).text("to"), "card");
    shop.deliver().await;
    sale.finish(Outcome::Failed);
    shop.deliver().await;
    let told = || async { shop.stage.published(REFUNDED).await };
    shop.stage.eventually("both are told", || async { told().await.len() == 2 }).await;
    let list = shop.stage.get(Some(&sale.buyer), &sale.path).await.expect(200);
    let shown = (list.text("0/status"), list.text("0/to"), list.at("0/amount"));
    assert_eq!(shown, ("succeeded".into(), "credit".into(), json!(41)));
    assert!(!list.text("0/reason").is_empty(), "why it did not go to the card");
    assert_eq!((sale.balance().await, sale.balance_of(sale.buyer.id).await), (0, 4_100));
    let account = shop.stage.get(Some(&sale.buyer), "/api/payments/account").await.expect(200);
    assert_eq!(account.at("entries")[0]["cause"], "refund_credited");
    let told = told().await.pop().unwrap();
    assert_eq!(told.refunded.unwrap().minor_units, 4_100, "the payer has it all the same");
    assert_eq!(told.refunds.len(), 1);
    // Nothing is left: neither the money nor the unit can be claimed again.
    let again = shop.stage.post(Some(&admin), &sale.path, &json!({})).await;
    again.expect_problem(409, "refund_exceeds");
    // Repeated events of the provider change nothing.
    shop.deliver().await;
    assert_eq!(sale.balance_of(sale.buyer.id).await, 4_100);
}
