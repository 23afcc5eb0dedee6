//! The visited states and transitions of orders, payments, refunds, shows and sales.

use contract::order::OrderStatus;
use payments::domain::State;
use payments::domain::refund::State as Refunded;

use crate::summary::{Summary, variant};

/// The state before the first commit.
const NOTHING: &str = "Nothing";

/// Every transition of an order, of a stored payment, refund, show and sale: the group of its
/// counts, the state before a commit, and the states after it.
const TRANSITIONS: &[Transition] = &[
    // Complete at once: a free order.
    (ORDER, NOTHING, &["Created", "Complete"]),
    (ORDER, "Created", &["AwaitingPayment", "Complete", "Buyer", "Expired", "ShowCancelled"]),
    (ORDER, "AwaitingPayment", &["AwaitingPayment", "Complete", "Buyer", "Expired"]),
    (ORDER, "AwaitingPayment", &["ShowCancelled"]),
    // Units returned to sale.
    (ORDER, "Complete", &["Complete"]),
    (PAYMENT, NOTHING, &["Started", "Authorized"]),
    (PAYMENT, "Started", &["Opened", "Voided"]),
    // Capturing at once: a top-up, which waits for no order.
    (PAYMENT, "Opened", &["Authorized", "RequiresAction", "Capturing", "Voiding", "Declined"]),
    (PAYMENT, "RequiresAction", &["Capturing", "Voiding", "Authorized", "Declined"]),
    (PAYMENT, "Declined", &["Closed"]),
    (PAYMENT, "Authorized", &["Capturing", "Voiding"]),
    // A payment by credit.
    (PAYMENT, "Authorized", &["Captured", "Voided"]),
    (PAYMENT, "Capturing", &["Captured"]),
    (PAYMENT, "Voiding", &["Voided"]),
    // Payments that were captured or cancelled at the provider.
    (PAYMENT, "Authorized", &["Returned"]),
    (PAYMENT, "Capturing", &["Voided"]),
    (PAYMENT, "RequiresAction", &["Closed"]),
    (REFUND, NOTHING, &["Requested", "Succeeded"]),
    (REFUND, "Requested", &["InProgress", "Succeeded"]),
    (REFUND, "InProgress", &["Succeeded", "Failed"]),
    (REFUND, "Succeeded", &["CameBack", "Credited"]),
    (SHOW, NOTHING, &["Scheduled"]),
    (SHOW, "Scheduled", &["Postponed", "Cancelled"]),
    (SHOW, "Postponed", &["Cancelled"]),
    (SALE, NOTHING, &["Unmarked"]),
    (SALE, "Unmarked", &["Owed", "NothingOwed"]),
    (SALE, "Owed", &["Requested"]),
    (SALE, "Requested", &["Done"]),
];

/// The rarer transitions of sales, which scripts of cancelled shows visit.
const OF_CANCELLED_SHOWS: &[Transition] = &[
    // Complete after the cancellation was copied.
    (SALE, NOTHING, &["Owed"]),
    // Credited at once: a payment by credit, a card that rejects refunds.
    (SALE, "Owed", &["Done", "Failed"]),
    (SALE, "Requested", &["Owed"]),
    // A refund failed, or a dispute was won.
    (SALE, "NothingOwed", &["Owed"]),
    (SALE, "Done", &["Owed"]),
];

type Transition = (&'static str, &'static str, &'static [&'static str]);

pub(super) const ORDER: &str = "order transitions";
pub(super) const PAYMENT: &str = "payment transitions";
pub(super) const REFUND: &str = "refund transitions";
pub(super) const SHOW: &str = "show transitions";
pub(super) const SALE: &str = "sale transitions";

pub(super) fn refund_state(state: &Refunded) -> String {
    match state {
        Refunded::Requested { reference: Some(_) } => "InProgress".to_owned(),
        Refunded::Failed { paid_at: Some(_), .. } => "CameBack".to_owned(),
        other => variant(other),
    }
}

/// The name of an order's state; of a cancelled one, its reason.
pub(super) fn order_state(status: OrderStatus) -> String {
    if let OrderStatus::Cancelled { reason } = status { variant(&reason) } else { variant(&status) }
}

pub(super) fn payment_state(state: &State) -> String {
    let is_closed = matches!(state, State::Declined { reference: None, .. });
    if is_closed { "Closed".to_owned() } else { variant(state) }
}

/// Counts a transition. An aggregate other than an order that stays in its state has none.
pub(super) fn visit(visited: &mut Summary, group: &'static str, from: Option<String>, to: &str) {
    let from = from.unwrap_or_else(|| NOTHING.to_owned());
    if from != to || group == ORDER {
        visited.add(group, format!("{from} -> {to}"), 1);
    }
}

pub(crate) fn missing(visited: &Summary) -> Vec<String> {
    missing_of(TRANSITIONS, visited)
}

pub(crate) fn missing_of_cancelled_shows(visited: &Summary) -> Vec<String> {
    missing_of(OF_CANCELLED_SHOWS, visited)
}

fn missing_of(transitions: &[Transition], visited: &Summary) -> Vec<String> {
    let mut missing = Vec::new();
    for (group, from, states) in transitions {
        let names = states.iter().map(|to| format!("{from} -> {to}"));
        let names = names.filter(|name| visited.count(group, name) == 0);
        missing.extend(names.map(|name| format!("{group}: {name}")));
    }
    missing
}
