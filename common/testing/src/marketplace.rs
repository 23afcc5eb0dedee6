//! A marketplace on engines of any kind: services in this process, or processes behind an address.

use contract::{OrderId, TicketId};
use derive_more::Deref;
use serde_json::json;

use crate::client::Client;
use crate::user::User;

/// The engines and processes under a marketplace, and the client of its address.
#[expect(async_fn_in_trait, reason = "tests await them where they call them")]
pub trait Engines: std::ops::Deref<Target = Client> {
    /// Waits until a condition holds; fails the test if it does not within the bound.
    async fn eventually(&self, fact: &str, holds: impl AsyncFn() -> bool);

    /// Waits until the deadline of an order that was placed just now has passed.
    async fn let_the_deadline_pass(&self);

    /// Total minor units that the provider has captured, once nothing is in flight.
    async fn captured(&self) -> i64;

    /// Total minor units that the provider has refunded.
    async fn refunded(&self) -> i64;
}

/// A marketplace, used by one journey at a time.
#[derive(Deref)]
pub struct TestMarketplace<E> {
    /// The engines and processes of the marketplace.
    #[deref]
    pub engines: E,
    /// Part of the e-mail addresses of this journey.
    suffix: String,
    /// Minor units captured and refunded before this journey.
    moved_before: (i64, i64),
}

impl<E: Engines> TestMarketplace<E> {
    /// A new marketplace.
    pub fn new(engines: E) -> Self {
        Self { engines, suffix: String::new(), moved_before: (0, 0) }
    }

    /// The same marketplace, for another journey.
    pub async fn for_journey(self, number: usize) -> Self {
        let moved_before = (self.engines.captured().await, self.engines.refunded().await);
        Self { suffix: format!("-{number}"), moved_before, ..self }
    }

    /// Signs up the account of this name in this journey.
    pub async fn sign_up(&self, name: &str) -> User {
        self.engines.sign_up(&format!("{name}{}", self.suffix)).await
    }

    /// Signs up a seller and a buyer.
    pub async fn seller_and_buyer(&self) -> (User, User) {
        (self.sign_up("seller").await, self.sign_up("buyer").await)
    }

    /// Signs up a seller and a buyer. The buyer orders one of these units of a ticket.
    pub async fn ordered(&self, units: u32) -> (User, User, TicketId, OrderId) {
        let (seller, buyer) = self.seller_and_buyer().await;
        let ticket = self.offer(&seller, units).await;
        let order = self.order_one(&buyer, ticket).await;
        (seller, buyer, ticket, order)
    }

    /// Waits until this number of units is on offer.
    pub async fn becomes_available(&self, ticket: TicketId, units: u32) {
        let fact = format!("{units} units are on offer");
        self.eventually(&fact, async || self.available(ticket).await == json!(units)).await;
    }

    /// Waits until an order has this status.
    pub async fn order_becomes(&self, buyer: &User, order: OrderId, status: &str) {
        let is = async || self.show_order(buyer, order).await.text("status") == status;
        self.eventually(&format!("the order is {status}"), is).await;
    }

    /// Minor units captured by this journey, once nothing is in flight.
    pub async fn captured(&self) -> i64 {
        self.engines.captured().await - self.moved_before.0
    }

    /// Minor units refunded by this journey.
    pub async fn refunded(&self) -> i64 {
        self.engines.refunded().await - self.moved_before.1
    }
}
