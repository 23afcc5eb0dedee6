//! Orders that were paid by card, and later actions of the provider's operator.

use contract::order::{COMPLETED, CREATED, OrderItem, OrderState, OrderStatus};
use contract::payment::AUTHORIZED;
use contract::{Currency, Id, Money, PaymentId, UserId};
use payments::Payment;
use payments::domain::{Account, AccountId, Entry, Side};
use provider_simulator::{Entry as Moved, EntryKind};
use serde_json::{Value, json};
use store::Document;
use testing::{Reply, User};

use crate::fixture::PaymentsFixture;

/// The seller with this number.
pub(crate) fn seller(number: u8) -> UserId {
    UserId::new(Id::from_bytes([200 + number; 12]))
}

/// An order that was paid by card.
pub(crate) struct Sale<'s> {
    pub(crate) fixture: &'s PaymentsFixture,
    pub(crate) buyer: User,
    pub(crate) order: OrderState,
    pub(crate) id: PaymentId,
    pub(crate) reference: String,
}

impl PaymentsFixture {
    /// A buyer's order of items with these sellers and prices, in cents.
    pub(crate) async fn order_for(&self, buyer: &User, items: &[(u8, i64)]) -> OrderState {
        let (_, order) = self.order().await;
        let item = |(at, (number, price)): (usize, &(u8, i64))| OrderItem {
            ticket_id: Id::from_bytes([100 + u8::try_from(at).unwrap(); 12]).into(),
            seller: seller(*number),
            title: "Concert".to_owned(),
            unit_price: Money::new(*price, Currency::USD),
            quantity: 1,
            returned: 0,
            returned_in_version: None,
            venue: None,
            starts_at: None,
        };
        let total = items.iter().map(|(_, price)| price).sum();
        let order = OrderState {
            id: self.app.user().id.untyped().into(),
            buyer: buyer.id,
            items: items.iter().enumerate().map(item).collect(),
            total: Money::new(total, Currency::USD),
            ..order
        };
        self.app.publish(&[CREATED.of(order.clone())]).await;
        order
    }

    /// A paid, completed and captured order.
    pub(crate) async fn sell(&self, items: &[(u8, i64)], card: &str) -> Sale<'_> {
        let buyer = self.app.user();
        let order = self.order_for(&buyer, items).await;
        let accepting = async {
            let id = self.authorized(&order).await;
            self.complete(&order, id).await;
        };
        let (reply, ()) = tokio::join!(self.pay(&buyer, &order, card), accepting);
        let reply = reply.expect(201);
        let (id, reference) = (reply.text("id").parse().unwrap(), reply.text("stripeId"));
        Sale { fixture: self, buyer, order, id, reference }
    }

    /// A top-up of 50.00.
    pub(crate) async fn topped_up(&self, card: &str) -> Sale<'_> {
        let buyer = self.app.user();
        let body = json!({"amount": 50, "token": card});
        let reply = self.app.post(Some(&buyer), "/api/payments/top-ups", &body).await;
        let reply = reply.expect(201);
        let (id, reference) = (reply.text("id").parse().unwrap(), reply.text("stripeId"));
        let (_, order) = self.order().await;
        Sale { fixture: self, buyer, order, id, reference }
    }

    /// Waits until a payment of the order is authorised.
    pub(crate) async fn authorized(&self, order: &OrderState) -> PaymentId {
        let find = || async {
            let published = self.app.published(AUTHORIZED).await;
            published.iter().rev().find(|state| state.order_id == order.id).map(|state| state.id)
        };
        self.app.eventually("it is authorised", || async { find().await.is_some() }).await;
        find().await.unwrap()
    }

    /// Completes the order as orders does when it accepts a payment.
    pub(crate) async fn complete(&self, order: &OrderState, payment_id: PaymentId) {
        let status = OrderStatus::Complete { payment_id: Some(payment_id) };
        let order = OrderState { version: 3, status, ..order.clone() };
        self.app.publish(&[COMPLETED.of(order)]).await;
    }

    /// Runs an action of an operator or of a payer's bank at the provider.
    pub(crate) fn operate<T>(
        &self,
        act: impl FnOnce(&mut provider_simulator::Provider, contract::Timestamp) -> T,
    ) -> T {
        self.simulator.with(act)
    }

    /// The balance of an account of the ledger, in minor units.
    pub(crate) async fn on(&self, account: AccountId) -> i64 {
        let change = |entry: &Entry| match entry.side {
            Side::Credit => entry.amount.minor_units,
            Side::Debit => -entry.amount.minor_units,
        };
        let entries: Vec<Entry> = self.every().await;
        entries.iter().filter(|entry| entry.account == account).map(change).sum()
    }

    /// The balance of a user, in minor units.
    pub(crate) async fn balance(&self, user: UserId) -> i64 {
        let account = self.app.store(payments::NAME).find::<Account>(&user.to_string()).await;
        let balance = self.on(AccountId::User(user)).await;
        let stored = account.unwrap().map_or(0, |it| it.balance(Currency::USD).minor_units);
        assert_eq!(stored, balance, "an account is what its entries make of it");
        balance
    }

    async fn every<D: Document>(&self) -> Vec<D> {
        let store = self.app.store(payments::NAME);
        let mut all: Vec<D> = Vec::new();
        loop {
            let after = all.last().map(Document::document_id).unwrap_or_default();
            let page: Vec<D> = store.scan(&after, 500).await.unwrap();
            if page.is_empty() {
                return all;
            }
            all.extend(page);
        }
    }

    /// Checks that the books' account of the provider equals the provider's ledger: captures less
    /// refunds and disputes.
    pub(crate) async fn agrees(&self) {
        let holds = || async {
            let stored = self.operate(|provider, _| {
                provider.ledger().totals.get("usd").map_or(0, |totals| totals.kept)
            });
            let frozen = self.on(AccountId::Disputes).await;
            -self.on(AccountId::Provider).await - frozen == stored
        };
        self.app.eventually("the books agree with the provider's", holds).await;
    }
}

impl Sale<'_> {
    pub(crate) async fn shown(&self) -> Value {
        let path = format!("/api/payments/{}", self.id);
        self.fixture.app.get(Some(&self.buyer), &path).await.expect(200).json()
    }

    /// Waits until the payment's view has a value.
    pub(crate) async fn shows(&self, name: &str, value: Value) {
        let is_so = || async { self.shown().await.get(name).cloned().unwrap_or_default() == value };
        self.fixture.app.eventually(&format!("{name} is {value}"), is_so).await;
    }

    pub(crate) async fn refund(&self, body: &Value) -> Reply {
        let path = format!("/api/payments/{}/refunds", self.id);
        let admin = self.fixture.app.admin();
        self.fixture.app.post(Some(&admin), &path, body).await
    }

    pub(crate) async fn refunds(&self) -> Vec<Value> {
        let path = format!("/api/payments/{}/refunds", self.id);
        let list = self.fixture.app.get(Some(&self.buyer), &path).await.expect(200).json();
        list.as_array().unwrap().clone()
    }

    /// Movements of its money in the provider's ledger.
    pub(crate) fn moved(&self) -> Vec<(EntryKind, i64)> {
        let moved = |entry: &Moved| (entry.kind, entry.amount);
        self.fixture.operate(|provider, _| {
            provider.ledger().of(&self.reference).map(moved).collect::<Vec<_>>()
        })
    }

    pub(crate) async fn stored(&self) -> Payment {
        let store = self.fixture.app.store(payments::NAME);
        store.find::<Payment>(&self.id.to_string()).await.unwrap().unwrap()
    }

    /// Delivers every pending event of the provider twice.
    pub(crate) async fn deliver_twice(&self) {
        self.fixture.deliver().await;
        self.fixture.operate(|provider, now| {
            for event in provider.events() {
                provider.resend(&event.id, now).unwrap();
            }
        });
        self.fixture.deliver().await;
    }
}
