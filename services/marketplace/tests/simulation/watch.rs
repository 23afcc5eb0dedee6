//! The watch: sees every commit and every message in the moment in which it happens, and says at once what must never be.
//!
//! | module | holds |
//! |---|---|
//! | `orders` | no oversell, one end, no early expiry: after every commit of orders |
//! | `holds` | unpaid holds fit the limits of their buyers: after every commit of orders |
//! | `networks` | counts of networks are those of their orders, and fit their share: after every commit of orders |
//! | `money` | nothing is taken but for a complete order, nothing given back but for a refund: after every commit of payments and of the provider |
//! | `books` | transactions sum to zero, accounts are what entries make: after every commit of payments |
//! | `accounts` | no session of a banned account begins or is renewed: after every commit of auth |
//! | `messages` | messages carry what was committed, and only what was committed is published |
//! | `publication` | the messages of each aggregate enter the bus in the order of its versions |
//! | `coverage` | which states and transitions were seen |

mod accounts;
mod books;
pub(crate) mod coverage;
mod holds;
mod messages;
mod money;
mod networks;
mod orders;
mod publication;

use std::collections::{BTreeMap, BTreeSet};

use ::orders::{Holdings, Inventory, NetworkHolds, Order};
use bus::BusMessage;
use contract::ticket::Offer;
use contract::{DisputeId, OrderId, PaymentId, RefundId, SessionId, TicketId, Timestamp, UserId};
use expiration::Deadline;
use payments::Payment;
use payments::domain::{Dispute, Refund};
use serde::de::DeserializeOwned;
use store::batch::{Batch, Record, Write};
use testing::checker::Rule;
use tickets::Ticket;

use crate::operation::Deployment;
use books::Books;
use coverage::Coverage;
use messages::Messages;
use money::Movement;

/// What was committed last, and what was wrong with it.
#[derive(Default)]
pub(crate) struct Watch {
    orders: BTreeMap<OrderId, Order>,
    inventories: BTreeMap<TicketId, Inventory>,
    /// Units held and sold of each version of each inventory.
    committed_units: BTreeMap<(TicketId, u64), u32>,
    /// The inventories of the tickets of each order, as of the commit that changed the order last.
    stock: BTreeMap<OrderId, Vec<(TicketId, u64)>>,
    /// The latest version of each ticket whose terms were acknowledged.
    acknowledged: BTreeMap<TicketId, u64>,
    units: BTreeMap<TicketId, orders::Units>,
    holdings: BTreeMap<UserId, Holdings>,
    networks: BTreeMap<String, NetworkHolds>,
    tickets: BTreeMap<TicketId, Ticket>,
    deadlines: BTreeMap<OrderId, Deadline>,
    banned: BTreeSet<UserId>,
    /// When each session was renewed last.
    sessions: BTreeMap<SessionId, Option<Timestamp>>,
    payments: BTreeMap<PaymentId, Payment>,
    refunds: BTreeMap<RefundId, Refund>,
    disputes: BTreeMap<DisputeId, Dispute>,
    books: Books,
    /// How often money moved at the provider, by what for.
    movements: BTreeMap<Movement, u32>,
    messages: Messages,
    pub(crate) coverage: Coverage,
    /// The latest time that the clock has shown.
    latest: Option<Timestamp>,
    broken: Vec<String>,
}

impl Watch {
    /// A watch over processes that share the work in this way.
    pub(crate) fn new(deployment: Deployment) -> Self {
        let messages = Messages::new(deployment);
        Self { messages, ..Self::default() }
    }

    /// A store committed this.
    pub(crate) fn committed(&mut self, store: &'static str, batch: &Batch, now: Timestamp) {
        self.latest = self.latest.max(Some(now));
        match store {
            ::orders::NAME => {
                // Limits are checked against the state before the batch.
                self.holds_before(batch);
                self.orders_committed(batch);
                self.holds_committed(batch);
                self.networks_committed(batch);
            }
            tickets::NAME => each(batch, |ticket: Ticket| self.ticket_changed(ticket)),
            expiration::NAME => each(batch, |deadline: Deadline| {
                self.deadlines.insert(deadline.order_id, deadline);
            }),
            payments::NAME => self.payments_committed(batch),
            auth::NAME => self.accounts_committed(batch),
            _ => {}
        }
        self.messages_committed(batch);
    }

    /// The bus took this.
    pub(crate) fn published(&mut self, message: &BusMessage) {
        for line in self.messages.published(message) {
            self.note(Rule::OneEffect, line);
        }
    }

    /// What was wrong since the last look.
    pub(crate) fn take_broken(&mut self) -> Vec<String> {
        std::mem::take(&mut self.broken)
    }

    /// Whether an order was committed; what is acknowledged must be.
    pub(crate) fn knows_order(&self, id: OrderId) -> bool {
        self.orders.contains_key(&id)
    }

    /// The ids of a person's tickets, orders and payments.
    pub(crate) fn of_person(&self, user: UserId) -> BTreeSet<String> {
        let tickets = self.tickets.values().filter(|ticket| ticket.seller == user);
        let orders = self.orders.values().filter(|order| order.state.buyer == user);
        let payments = self.payments.values().filter(|payment| payment.buyer == user);
        let ids = tickets.map(|ticket| ticket.id.to_string());
        let ids = ids.chain(orders.map(|order| order.state.id.to_string()));
        ids.chain(payments.map(|payment| payment.id.to_string())).collect()
    }

    /// Whether a ticket was committed; an acknowledged one must be.
    pub(crate) fn knows_ticket(&self, id: TicketId) -> bool {
        self.tickets.contains_key(&id)
    }

    /// Whether an administrator took a ticket down. None offers one again here.
    pub(crate) fn is_taken_down(&self, id: TicketId) -> bool {
        self.tickets.get(&id).is_some_and(|ticket| ticket.offer == Offer::TakenDown)
    }

    fn ticket_changed(&mut self, ticket: Ticket) {
        let is_back = ticket.offer != Offer::TakenDown && self.is_taken_down(ticket.id);
        self.expect(!is_back, Rule::InForce, || format!("ticket {} was taken down", ticket.id));
        self.tickets.insert(ticket.id, ticket);
    }

    fn note(&mut self, rule: Rule, line: impl std::fmt::Display) {
        self.broken.push(format!("{rule:?}: {line}"));
    }

    fn expect(&mut self, holds: bool, rule: Rule, line: impl FnOnce() -> String) {
        if !holds {
            self.note(rule, line());
        }
    }
}

/// The documents of one type that a batch wrote.
fn each<D: DeserializeOwned + store::Document>(batch: &Batch, mut take: impl FnMut(D)) {
    for record in written(batch).filter(|record| record.collection.name == D::COLLECTION.name) {
        take(serde_json::from_str(&record.body).expect("a store keeps what it can read"));
    }
}

/// The ids of documents of one type that a batch removed.
fn removed<D: store::Document>(batch: &Batch) -> impl Iterator<Item = &str> {
    batch.writes.iter().filter_map(|write| match write {
        Write::Delete { collection, id, .. } if collection.name == D::COLLECTION.name => {
            Some(id.as_str())
        }
        Write::Insert(_) | Write::Replace { .. } | Write::Delete { .. } => None,
    })
}

fn written(batch: &Batch) -> impl Iterator<Item = &Record> {
    batch.writes.iter().filter_map(|write| match write {
        Write::Insert(record) | Write::Replace { record, .. } => Some(record),
        Write::Delete { .. } => None,
    })
}
