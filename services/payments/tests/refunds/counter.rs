//! A till with orders that are paid, and those who give money back.

use contract::order::{COMPLETED, CREATED, OrderState, OrderStatus};
use contract::part::{self, Made};
use contract::payment::{REFUNDED, ReturnedUnits};
use contract::person::{PersonRequestState, Wish};
use contract::{Currency, Money, PaymentId, UserId};
use payments::domain::AccountId;
use payments::test_provider::EntryKind;
use serde_json::{Value, json};
use testing::user::{Rank, claims, sign};
use testing::{Reply, User};

use crate::books::of;
use crate::till::{Till, seller, ticket};

/// An order that is paid.
pub(crate) struct Sale {
    pub(crate) buyer: User,
    pub(crate) order: OrderState,
    pub(crate) payment: PaymentId,
}

impl Sale {
    /// Where its refunds are.
    pub(crate) fn path(&self) -> String {
        format!("/api/payments/{}/refunds", self.payment)
    }
}

impl Till {
    /// An order of 41.00, of which the first seller has 31.00 and the second 10.00, paid by this card.
    pub(crate) async fn sold(&self, token: &str) -> Sale {
        let buyer = self.stage.user();
        let order = self.made(&buyer).await;
        let accepting = self.answer_authorized(&order, None);
        let (reply, ()) = tokio::join!(self.pay(&buyer, &order, token), accepting);
        let payment = reply.expect(201).text("id").parse().unwrap();
        Sale { buyer, order, payment }
    }

    /// The same, paid by credit that was put on the account just before.
    pub(crate) async fn sold_for_credit(&self) -> Sale {
        let buyer = self.stage.user();
        self.top_up(&buyer, 41, "tok_visa").await.expect(201).text("id");
        let order = self.made(&buyer).await;
        let accepting = self.answer_authorized(&order, None);
        let (reply, ()) = tokio::join!(self.pay_by_credit(&buyer, order.id), accepting);
        let payment = reply.expect(201).text("id").parse().unwrap();
        Sale { buyer, order, payment }
    }

    /// Somebody pays an order of the first seller's by credit.
    pub(crate) async fn spend_at_the_first_seller(&self, buyer: &User, minor_units: i64) {
        let mut order = self.order(buyer.id);
        order.total = usd(minor_units);
        order.items.truncate(1);
        for item in &mut order.items {
            item.unit_price = order.total;
            item.quantity = 1;
        }
        self.tell(CREATED.of(order.clone())).await;
        let accepting = self.answer_authorized(&order, None);
        let (reply, ()) = tokio::join!(self.pay_by_credit(buyer, order.id), accepting);
        reply.expect(201).text("id");
    }

    /// The part that payments makes of a person's request.
    pub(crate) async fn part(&self, user_id: UserId, wish: Wish) -> Made {
        let state = PersonRequestState { id: self.platforms.id(), version: 1, user_id, wish };
        self.stage.part_of(part::PAYMENTS, state).await
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
        self.stage.post(Some(who), &sale.path(), body).await
    }

    /// A refund that returns units, while orders puts on sale what is returned in all then: so many of each ticket.
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

    /// Does what orders does once so many units of each ticket are returned in all.
    pub(crate) async fn put_on_sale(&self, sale: &Sale, in_all: &[(u8, u32)]) {
        let units = |(number, quantity): &(u8, u32)| {
            let (ticket_id, quantity) = (ticket(*number), *quantity);
            ReturnedUnits { ticket_id, quantity }
        };
        let expected: Vec<ReturnedUnits> = in_all.iter().map(units).collect();
        let is_told = || async {
            let told = self.stage.published(REFUNDED).await;
            told.iter().any(|told| told.id == sale.payment && told.returned == expected)
        };
        self.stage.eventually("the units are returned", is_told).await;
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
        self.tell(COMPLETED.of(order)).await;
    }

    /// The payer agrees to this.
    pub(crate) async fn agree(&self, who: &User, sale: &Sale, body: &Value) -> Reply {
        let path = format!("/api/payments/{}/consent", sale.payment);
        self.stage.put(Some(who), &path, body).await
    }

    /// What the payment's own view says was given back.
    pub(crate) async fn refunded(&self, sale: &Sale) -> Value {
        let path = format!("/api/payments/{}", sale.payment);
        self.stage.get(Some(&sale.buyer), &path).await.expect(200).at("refunded")
    }

    /// The refunds as somebody sees them: status and amount of each.
    pub(crate) async fn list(&self, who: &User, sale: &Sale) -> Vec<(String, Value)> {
        let list = self.stage.get(Some(who), &sale.path()).await.expect(200).json();
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
        self.stage.eventually(&fact, is_so).await;
    }

    /// Minor units that the provider has given back of the newest payment, refund by refund.
    pub(crate) async fn given_back(&self) -> Vec<i64> {
        let ledger = self.ledger().await;
        let amount = |kind: &EntryKind| match kind {
            EntryKind::Refunded { amount, .. } => Some(amount.minor_units),
            EntryKind::Authorized | EntryKind::Captured | EntryKind::Voided => None,
        };
        ledger.last().unwrap().iter().filter_map(amount).collect()
    }
}

/// What the two sellers have, and what is elsewhere.
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
