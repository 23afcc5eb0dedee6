//! The visited states and transitions of orders, payments and refunds.

use std::collections::BTreeMap;

use contract::order::{CancelReason, OrderStatus};
use payments::domain::State;
use payments::domain::refund::State as Refunded;

/// The number of times that each transition was visited.
pub(crate) type Coverage = BTreeMap<Transition, u64>;

/// The aggregate, and its states before and after a commit.
pub(crate) type Transition = (&'static str, &'static str, &'static str);

/// The state before the first commit.
const NOTHING: &str = "nothing";

/// Every transition of an order, of a stored payment and of a stored refund.
const TRANSITIONS: &[Transition] = &[
    ("order", NOTHING, "created"),
    // A free order.
    ("order", NOTHING, "complete"),
    ("order", "created", "awaiting"),
    ("order", "created", "complete"),
    ("order", "created", "cancelled"),
    ("order", "created", "expired"),
    ("order", "awaiting", "awaiting"),
    ("order", "awaiting", "complete"),
    ("order", "awaiting", "cancelled"),
    ("order", "awaiting", "expired"),
    // Units returned to sale.
    ("order", "complete", "complete"),
    ("payment", NOTHING, "started"),
    ("payment", "started", "opened"),
    ("payment", "started", "voided"),
    ("payment", NOTHING, "authorized"),
    ("payment", "opened", "authorized"),
    ("payment", "opened", "requires action"),
    // A top-up, which waits for no order.
    ("payment", "opened", "capturing"),
    ("payment", "requires action", "capturing"),
    ("payment", "opened", "voiding"),
    ("payment", "opened", "declined"),
    ("payment", "declined", "closed"),
    ("payment", "authorized", "capturing"),
    ("payment", "requires action", "authorized"),
    ("payment", "requires action", "declined"),
    ("payment", "requires action", "voiding"),
    ("payment", "authorized", "voiding"),
    // A payment by credit.
    ("payment", "authorized", "captured"),
    ("payment", "authorized", "voided"),
    ("payment", "capturing", "captured"),
    ("payment", "voiding", "voided"),
    // Payments that were captured or cancelled at the provider.
    ("payment", "authorized", "returned"),
    ("payment", "capturing", "voided"),
    ("payment", "requires action", "closed"),
    ("refund", NOTHING, "requested"),
    ("refund", NOTHING, "succeeded"),
    ("refund", "requested", "in progress"),
    ("refund", "requested", "succeeded"),
    ("refund", "in progress", "succeeded"),
    ("refund", "in progress", "failed"),
    ("refund", "succeeded", "came back"),
    ("refund", "succeeded", "credited"),
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

/// Counts a transition of an aggregate. A payment or refund that stays in its state has none.
pub(super) fn visit(
    coverage: &mut Coverage,
    aggregate: &'static str,
    from: Option<&'static str>,
    to: &'static str,
) {
    let from = from.unwrap_or(NOTHING);
    if from != to || aggregate == "order" {
        *coverage.entry((aggregate, from, to)).or_default() += 1;
    }
}

/// The transitions that were never visited.
pub(crate) fn missing(coverage: &Coverage) -> Vec<&'static Transition> {
    TRANSITIONS.iter().filter(|transition| !coverage.contains_key(*transition)).collect()
}
