//! What the marketplace acknowledged, and what of it was wrong.

use std::collections::{BTreeMap, BTreeSet};

use contract::order::{CancelReason, OrderStatus};
use contract::{OrderId, PaymentId, RefundId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// What customers were told. As JSON it can be kept and checked later.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Journal {
    /// The seed of the run.
    pub seed: u64,
    /// Requests sent.
    pub requests: u64,
    /// Of these, those without an answer that counts: connection refused or lost, a 5xx.
    pub lost_answers: u64,
    /// Tickets whose offer was acknowledged.
    pub tickets: Vec<TicketId>,
    /// Orders that were acknowledged.
    pub orders: BTreeMap<OrderId, JournaledOrder>,
    /// Payments that were acknowledged as captured, with their order.
    pub captured: BTreeMap<PaymentId, OrderId>,
    /// Top-ups that were acknowledged as captured, with whose account.
    #[serde(default)]
    pub topped_up: BTreeMap<PaymentId, UserId>,
    /// Refunds that were acknowledged as given back, with their payment.
    #[serde(default)]
    pub refunded: BTreeMap<RefundId, PaymentId>,
    /// Payments whose payer agreed, or tried to, that units are taken back for less than their price.
    #[serde(default)]
    pub agreed: BTreeSet<PaymentId>,
    /// Repeats that were answered otherwise than the first request.
    pub unequal_answers: Vec<String>,
    /// Answers that no rule of the contract allows.
    pub surprises: Vec<String>,
    /// Commands that were not answered within the patience after all faults.
    pub unanswered: Vec<String>,
    /// Orders that were accepted on terms older than those that were acknowledged before.
    #[serde(default)]
    pub old_terms: Vec<String>,
    /// Reads of what is somebody else's that were not refused.
    pub foreign_reads: Vec<String>,
}

/// What a buyer was told of an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JournaledOrder {
    /// Who ordered.
    pub buyer: UserId,
    /// Every end that was told: by the order itself, by the answer to a payment or to a cancellation.
    pub ends_told: Vec<End>,
    /// When it was last seen active, and the deadline it had then.
    pub seen_active: Option<(Timestamp, Timestamp)>,
    /// When it was first seen expired, and the deadline it had.
    pub seen_expired: Option<(Timestamp, Timestamp)>,
}

impl JournaledOrder {
    /// An order of which nothing is known but that it was made.
    pub const fn of(buyer: UserId) -> Self {
        Self { buyer, ends_told: Vec::new(), seen_active: None, seen_expired: None }
    }
}

/// How an order ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Paid.
    Complete,
    /// Given up by its buyer.
    CancelledByBuyer,
    /// Not paid in time.
    Expired,
}

impl End {
    /// The end of an order of this status; `None` while it has none.
    pub const fn of(status: OrderStatus) -> Option<Self> {
        match status {
            OrderStatus::Created | OrderStatus::AwaitingPayment { .. } => None,
            OrderStatus::Complete { .. } => Some(Self::Complete),
            OrderStatus::Cancelled { reason: CancelReason::Buyer } => Some(Self::CancelledByBuyer),
            OrderStatus::Cancelled { reason: CancelReason::Expired } => Some(Self::Expired),
        }
    }

    /// The end that an order's `status` and `reason` tell of; `None` while it has none.
    pub fn told(status: &str, reason: &str) -> Option<Self> {
        match (status, reason) {
            ("complete", _) => Some(Self::Complete),
            ("cancelled", "buyer") => Some(Self::CancelledByBuyer),
            ("cancelled", _) => Some(Self::Expired),
            _ => None,
        }
    }
}
