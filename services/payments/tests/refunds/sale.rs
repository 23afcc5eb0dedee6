//! Paid orders, and requests for refunds.

use contract::order::{COMPLETED, CREATED, OrderState, OrderStatus};
use contract::part::{self, Made};
use contract::payment::{REFUNDED, ReturnedUnits};
use contract::person::{PersonAction, PersonRequestState};
use contract::{Currency, Money, PaymentId, UserId};
use payments::domain::AccountId;
use payments::provider::test_provider::EntryKind;
use serde_json::{Value, json};
use testing::user::{Rank, claims, sign};
use testing::{Reply, User};

use crate::books::of;
use crate::fixture::{PaymentsFixture, seller, ticket};

/// A paid order.
pub(crate) struct Sale {
    pub(crate) buyer: User,
    pub(crate) order: OrderState,
    pub(crate) payment: PaymentId,
}

impl Sale {
    /// The path of its refunds.
    pub(crate) fn path(&self) -> String {
        format!("/api/payments/{}/refunds", self.payment)
    }
}

impl PaymentsFixture {
    /// An order of 41.00, of which the first seller has 31.00 and the second 10.00, paid by this
    /// card.
    pub(crate) async fn sold(&self, token: &str) -> Sale {
        let buyer = self.app.user();
        let order = self.made(&buyer).await;
        let accepting = self.complete_when_authorized(&order, None);
        let (reply, ()) = tokio::join!(self.pay(&buyer, &order, token), accepting);
        let payment = reply.expect(201).text("id").parse().unwrap();
        Sale { buyer, order, payment }
    }

    /// The same, paid by credit after a top-up.
    pub(crate) async fn sold_for_credit(&self) -> Sale {
        let buyer = self.app.user();
        self.top_up(&buyer, 41, "tok_visa").await.expect(201).text("id");
        let order = self.made(&buyer).await;
        let accepting = self.complete_when_authorized(&order, None);
        let (reply, ()) = tokio::join!(self.pay_by_credit(&buyer, order.id), accepting);
        let payment = reply.expect(201).text("id").parse().unwrap();
        Sale { buyer, order, payment }
    }

    /// A buyer pays an order of the first seller by credit.
    pub(crate) async fn spend_at_the_first_seller(&self, buyer: &User, minor_units: i64) {
        let mut order = self.order(buyer.id);
        order.total = usd(minor_units);
        order.items.truncate(1);
        for item in &mut order.items {
            item.unit_price = order.total;
            item.quantity = 1;
        }
        self.publish(CREATED.of(order.clone())).await;
        let accepting = self.complete_when_authorized(&order, None);
        let (reply, ()) = tokio::join!(self.pay_by_credit(buyer, order.id), accepting);
        reply.expect(201).text("id");
    }

    /// Payments' part of a person's request.
    pub(crate) async fn part(&self, user_id: UserId, action: PersonAction) -> Made {
        let state = PersonRequestState { id: self.platforms.id(), version: 1, user_id, action };
        self.app.part_of(part::PAYMENTS, state).await
    }

    /// One of the two sellers, signed in.
    pub(crate) fn seller(&self, number: u8) -> User {
        self.signed_in(seller(number))
    }

    fn signed_in(&self, id: UserId) -> User {
        let now = self.platforms.clock.now();
        let claims = claims(id, self.platforms.id().into(), Rank::User, now);
        User { id, cookie: format!("session={}", sign(&claims, &self.platforms.key)) }
    }

    pub(crate) async fn refund(&self, who: &User, sale: &Sale, body: &Value) -> Reply {
        self.app.post(Some(who), &sale.path(), body).await
    }

    /// A refund that returns units, while orders puts the returned totals on sale: this many of
    /// each ticket.
    pub(crate) async fn refund_with_units(
        &self,
        who: &User,
        sale: &Sale,
        body: &Value,
        in_all: &[(u8, u32)],
    ) -> Reply {
        let (reply, ()) =
            tokio::join!(self.refund(who, sale, body), self.put_on_sale(sale, in_all));
        reply
    }

    /// Publishes the order's update as orders does when this many units of each ticket are returned
    /// in total.
    pub(crate) async fn put_on_sale(&self, sale: &Sale, in_all: &[(u8, u32)]) {
        let units = |(number, quantity): &(u8, u32)| {
            let (ticket_id, quantity) = (ticket(*number), *quantity);
            ReturnedUnits { ticket_id, quantity }
        };
        let expected: Vec<ReturnedUnits> = in_all.iter().map(units).collect();
        let is_published = || async {
            let published = self.app.published(REFUNDED).await;
            published
                .iter()
                .any(|published| published.id == sale.payment && published.returned == expected)
        };
        self.app.eventually("the units are returned", is_published).await;
        let mut order = sale.order.clone();
        order.status = OrderStatus::Complete { payment_id: Some(sale.payment) };
        order.version = 3;
        for units in &expected {
            order.version += u64::from(units.quantity);
            for item in order.items.iter_mut().filter(|item| item.ticket_id == units.ticket_id) {
                item.returned = units.quantity;
                item.returned_in_version = Some(u64::from(units.quantity) + 3);
            }
        }
        self.publish(COMPLETED.of(order)).await;
    }

    /// Sets the payer's consent.
    pub(crate) async fn agree(&self, who: &User, sale: &Sale, body: &Value) -> Reply {
        let path = format!("/api/payments/{}/consent", sale.payment);
        self.app.put(Some(who), &path, body).await
    }

    /// The refunded amount in the payment's view.
    pub(crate) async fn refunded(&self, sale: &Sale) -> Value {
        let path = format!("/api/payments/{}", sale.payment);
        self.app.get(Some(&sale.buyer), &path).await.expect(200).at("refunded")
    }

    /// The refunds that a user can read: status and amount of each.
    pub(crate) async fn list(&self, who: &User, sale: &Sale) -> Vec<(String, Value)> {
        let list = self.app.get(Some(who), &sale.path()).await.expect(200).json();
        let line = |refund: &Value| {
            (refund["status"].as_str().unwrap().to_owned(), refund["amount"].clone())
        };
        list.as_array().unwrap().iter().map(line).collect()
    }

    pub(crate) async fn list_becomes(&self, sale: &Sale, expected: &[(&str, f64)]) {
        let expected: Vec<(String, Value)> =
            expected.iter().map(|(status, amount)| ((*status).to_owned(), json!(amount))).collect();
        let fact = format!("the refunds are {expected:?}");
        let exact = |list: Vec<(String, Value)>| -> Vec<(String, Value)> {
            list.into_iter().map(|(status, amount)| (status, json!(amount.as_f64()))).collect()
        };
        let is_so = || async { exact(self.list(&sale.buyer, sale).await) == expected };
        self.app.eventually(&fact, is_so).await;
    }

    /// Minor units of each refund of the newest payment that the provider has paid.
    pub(crate) async fn paid_refunds(&self) -> Vec<i64> {
        let ledger = self.ledger().await;
        let amount = |kind: &EntryKind| match kind {
            EntryKind::Refunded { amount, .. } => Some(amount.minor_units),
            EntryKind::Authorized | EntryKind::Captured | EntryKind::Voided => None,
        };
        ledger.last().unwrap().iter().filter_map(amount).collect()
    }
}

/// The balances of the two sellers, and the other accounts.
pub(crate) fn books(
    first: i64,
    second: i64,
    elsewhere: &[(AccountId, i64)],
) -> Vec<(AccountId, i64)> {
    let sellers = [(of(seller(1)), first), (of(seller(2)), second)];
    let all = sellers.into_iter().chain(elsewhere.iter().copied());
    all.filter(|(_, minor_units)| *minor_units != 0).collect()
}

pub(crate) fn usd(minor_units: i64) -> Money {
    Money::new(minor_units, Currency::USD)
}
