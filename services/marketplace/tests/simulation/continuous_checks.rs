//! The continuous checks: they inspect every commit and every message when it happens, and record
//! violated rules.
//!
//! | module | rules |
//! |---|---|
//! | `orders` | no oversell, one end, no early expiry |
//! | `holds` | unpaid holds are within the limits of their buyers and networks |
//! | `money` | a capture needs a complete order, a refund at the provider a refund; books balance |
//! | `accounts` | no session of a banned account begins or is renewed |
//! | `messages` | messages carry the committed state; only they are published, and in order |
//! | `coverage` | the visited states and transitions |
//!
//! `orders` and `holds` are checked at every commit of orders, `money` at every commit of payments,
//! `accounts` at every commit of auth. `money` also checks every movement of money at the provider.
//! Rules on states are those of the crate `invariants`; those on changes are here.

mod accounts;
pub(crate) mod coverage;
mod holds;
mod messages;
mod money;
mod orders;

use std::collections::{BTreeMap, BTreeSet};

use ::orders::{Holdings, Inventory, NetworkHolds, Order};
use bus::BusMessage;
use contract::ticket::Offer;
use contract::{DisputeId, OrderId, PaymentId, RefundId, SessionId, TicketId, Timestamp, UserId};
use expiration::Deadline;
use invariants::stock::Units;
use invariants::{Findings, Rule};
use payments::Payment;
use payments::domain::{Account, Dispute, Entry, Refund};
use serde::de::DeserializeOwned;
use store::batch::{Batch, Write};
use tickets::Ticket;

use crate::operation::Deployment;
use coverage::Coverage;
use messages::Messages;
use money::Movement;

/// The last committed state, and the violated rules.
#[derive(Default)]
pub(crate) struct ContinuousChecks {
    orders: BTreeMap<OrderId, Order>,
    inventories: BTreeMap<TicketId, Inventory>,
    /// Units held and sold in each version of each inventory.
    committed_units: BTreeMap<(TicketId, u64), u32>,
    /// The inventory versions of the tickets of each order, as of the order's last change.
    stock: BTreeMap<OrderId, Vec<(TicketId, u64)>>,
    /// The highest version of each ticket whose terms were acknowledged.
    acknowledged: BTreeMap<TicketId, u64>,
    units: BTreeMap<TicketId, Units>,
    holdings: BTreeMap<UserId, Holdings>,
    networks: BTreeMap<String, NetworkHolds>,
    tickets: BTreeMap<TicketId, Ticket>,
    deadlines: BTreeMap<OrderId, Deadline>,
    banned: BTreeSet<UserId>,
    /// The time of each session's last renewal.
    sessions: BTreeMap<SessionId, Option<Timestamp>>,
    payments: BTreeMap<PaymentId, Payment>,
    refunds: BTreeMap<RefundId, Refund>,
    disputes: BTreeMap<DisputeId, Dispute>,
    entries: Vec<Entry>,
    accounts: BTreeMap<UserId, Account>,
    /// Number of movements of money at the provider, by subject and kind.
    movements: BTreeMap<Movement, u32>,
    messages: Messages,
    pub(crate) coverage: Coverage,
    /// The latest time that the clock has shown.
    latest: Option<Timestamp>,
    findings: Findings,
}

impl ContinuousChecks {
    /// The checks of processes in this deployment.
    pub(crate) fn new(deployment: Deployment) -> Self {
        let messages = Messages::new(deployment);
        Self { messages, ..Self::default() }
    }

    /// Checks a commit of a store.
    pub(crate) fn committed(&mut self, store: &'static str, batch: &Batch, now: Timestamp) {
        self.latest = self.latest.max(Some(now));
        match store {
            ::orders::NAME => {
                // Limits are checked against the state before the batch.
                self.holds_before(batch);
                self.orders_committed(batch);
                self.holds_committed(batch);
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

    /// Checks a message that entered the bus.
    pub(crate) fn published(&mut self, message: &BusMessage) {
        for line in self.messages.published(message) {
            self.findings.note(Rule::OneEffect, line);
        }
    }

    /// Removes and returns the violations since the last call.
    pub(crate) fn take_violations(&mut self) -> Vec<String> {
        let Findings { violations } = std::mem::take(&mut self.findings);
        violations.iter().map(ToString::to_string).collect()
    }

    /// Whether an order was committed, as every acknowledged order must be.
    pub(crate) fn knows_order(&self, id: OrderId) -> bool {
        self.orders.contains_key(&id)
    }

    /// The ids of a user's tickets, orders and payments.
    pub(crate) fn of_person(&self, user: UserId) -> BTreeSet<String> {
        let tickets = self.tickets.values().filter(|ticket| ticket.seller == user);
        let orders = self.orders.values().filter(|order| order.state.buyer == user);
        let payments = self.payments.values().filter(|payment| payment.buyer == user);
        let ids = tickets.map(|ticket| ticket.id.to_string());
        let ids = ids.chain(orders.map(|order| order.state.id.to_string()));
        ids.chain(payments.map(|payment| payment.id.to_string())).collect()
    }

    /// Whether a ticket was committed, as every acknowledged ticket must be.
    pub(crate) fn knows_ticket(&self, id: TicketId) -> bool {
        self.tickets.contains_key(&id)
    }

    /// Whether an administrator took a ticket down. In scripts, no administrator offers it again.
    pub(crate) fn is_taken_down(&self, id: TicketId) -> bool {
        self.tickets.get(&id).is_some_and(|ticket| ticket.offer == Offer::TakenDown)
    }

    fn ticket_changed(&mut self, ticket: Ticket) {
        let is_back = ticket.offer != Offer::TakenDown && self.is_taken_down(ticket.id);
        self.findings
            .expect(!is_back, Rule::InForce, || format!("ticket {} was taken down", ticket.id));
        self.tickets.insert(ticket.id, ticket);
    }
}

/// Passes each document of type `D` that a batch wrote to `take`.
fn each<D: DeserializeOwned + store::Document>(batch: &Batch, mut take: impl FnMut(D)) {
    for content in changes::<D>(batch).filter_map(|write| write.content.as_ref()) {
        take(serde_json::from_str(&content.body).expect("a stored document can be read"));
    }
}

/// The ids of documents of type `D` that a batch removed.
fn removed<D: store::Document>(batch: &Batch) -> impl Iterator<Item = &str> {
    let removals = changes::<D>(batch).filter(|write| write.content.is_none());
    removals.map(|write| write.expected.id.as_str())
}

fn changes<D: store::Document>(batch: &Batch) -> impl Iterator<Item = &Write> {
    batch.writes.iter().filter(|write| write.expected.collection.name == D::COLLECTION.name)
}
