//! The visited states and transitions of orders, payments and refunds.

use std::collections::BTreeMap;

use contract::order::{CancelReason, OrderStatus};
use payments::domain::State;
use payments::domain::refund::State as Refunded;

/// The number of times that each transition was visited, as `from -> to`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Coverage {
    pub(crate) orders: BTreeMap<(&'static str, &'static str), u64>,
    pub(crate) payments: BTreeMap<(&'static str, &'static str), u64>,
    pub(crate) refunds: BTreeMap<(&'static str, &'static str), u64>,
}

/// The state before the first commit.
const NOTHING: &str = "nothing";

/// Every transition of an order.
pub(crate) const ORDER_TRANSITIONS: &[(&str, &str)] = &[
    (NOTHING, "created"),
    // A free order.
    (NOTHING, "complete"),
    ("created", "awaiting"),
    ("created", "complete"),
    ("created", "cancelled"),
    ("created", "expired"),
    ("awaiting", "awaiting"),
    ("awaiting", "complete"),
    ("awaiting", "cancelled"),
    ("awaiting", "expired"),
    // Units returned to sale.
    ("complete", "complete"),
];

/// Every transition of a stored payment, from commit to commit.
pub(crate) const PAYMENT_TRANSITIONS: &[(&str, &str)] = &[
    (NOTHING, "started"),
    ("started", "opened"),
    ("started", "voided"),
    (NOTHING, "authorized"),
    ("opened", "authorized"),
    ("opened", "requires action"),
    // A top-up, which waits for no order.
    ("opened", "capturing"),
    ("requires action", "capturing"),
    ("opened", "voiding"),
    ("opened", "declined"),
    ("declined", "closed"),
    ("authorized", "capturing"),
    ("requires action", "authorized"),
    ("requires action", "declined"),
    ("requires action", "voiding"),
    ("authorized", "voiding"),
    // A payment by credit.
    ("authorized", "captured"),
    ("authorized", "voided"),
    ("capturing", "captured"),
    ("voiding", "voided"),
    // Payments that were captured or cancelled at the provider.
    ("authorized", "returned"),
    ("capturing", "voided"),
    ("requires action", "closed"),
];

/// Every transition of a stored refund, from commit to commit.
pub(crate) const REFUND_TRANSITIONS: &[(&str, &str)] = &[
    (NOTHING, "requested"),
    (NOTHING, "succeeded"),
    ("requested", "in progress"),
    ("requested", "succeeded"),
    ("in progress", "succeeded"),
    ("in progress", "failed"),
    ("succeeded", "came back"),
    ("succeeded", "credited"),
];

/// The name of a refund's state.
pub(crate) const fn refund_state(state: &Refunded) -> &'static str {
    match state {
        Refunded::Requested { reference: None } => "requested",
        Refunded::Requested { reference: Some(_) } => "in progress",
        Refunded::Succeeded { .. } => "succeeded",
        Refunded::Failed { paid_at: None, .. } => "failed",
        Refunded::Failed { paid_at: Some(_), .. } => "came back",
        Refunded::Credited { .. } => "credited",
    }
}

/// The name of an order's state.
pub(crate) const fn order_state(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Created => "created",
        OrderStatus::AwaitingPayment { .. } => "awaiting",
        OrderStatus::Complete { .. } => "complete",
        OrderStatus::Cancelled { reason: CancelReason::Buyer } => "cancelled",
        OrderStatus::Cancelled { reason: CancelReason::Expired } => "expired",
    }
}

/// The name of a payment's state.
pub(crate) const fn payment_state(state: &State) -> &'static str {
    match state {
        State::Started { .. } => "started",
        State::Opened { .. } => "opened",
        State::RequiresAction { .. } => "requires action",
        State::Authorized { .. } => "authorized",
        State::Capturing { .. } => "capturing",
        State::Captured { .. } => "captured",
        State::Returned { .. } => "returned",
        State::Voiding { .. } => "voiding",
        State::Voided { .. } => "voided",
        State::Declined { reference: Some(_), .. } => "declined",
        State::Declined { reference: None, .. } => "closed",
    }
}

impl Coverage {
    pub(super) fn order(&mut self, from: Option<OrderStatus>, to: OrderStatus) {
        let from = from.map_or(NOTHING, order_state);
        *self.orders.entry((from, order_state(to))).or_default() += 1;
    }

    pub(super) fn payment(&mut self, from: Option<&State>, to: &State) {
        let (from, to) = (from.map_or(NOTHING, payment_state), payment_state(to));
        if from != to {
            *self.payments.entry((from, to)).or_default() += 1;
        }
    }

    pub(super) fn refund(&mut self, from: Option<&Refunded>, to: &Refunded) {
        let (from, to) = (from.map_or(NOTHING, refund_state), refund_state(to));
        if from != to {
            *self.refunds.entry((from, to)).or_default() += 1;
        }
    }

    /// Adds the counts of another coverage.
    pub(crate) fn add(&mut self, other: &Self) {
        for (all, others) in [
            (&mut self.orders, &other.orders),
            (&mut self.payments, &other.payments),
            (&mut self.refunds, &other.refunds),
        ] {
            for (transition, times) in others {
                *all.entry(*transition).or_default() += times;
            }
        }
    }

    /// The transitions that were never visited.
    pub(crate) fn missing(&self) -> Vec<String> {
        let missing = |all: &[(&'static str, &'static str)], seen: &BTreeMap<_, u64>| {
            let unseen = all.iter().filter(|transition| !seen.contains_key(*transition));
            unseen.map(|(from, to)| format!("{from} -> {to}")).collect::<Vec<_>>()
        };
        let mut missing_ones = missing(ORDER_TRANSITIONS, &self.orders);
        missing_ones.extend(missing(PAYMENT_TRANSITIONS, &self.payments));
        missing_ones.extend(missing(REFUND_TRANSITIONS, &self.refunds));
        missing_ones
    }
}
