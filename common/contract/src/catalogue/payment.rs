//! Payments, published by payments: each is one attempt to collect the money of one order.

use serde::{Deserialize, Serialize};

use crate::message::{MessageType, state};
use crate::{Money, OrderId, PaymentId, RefundId, TicketId, Timestamp, UserId};

/// An attempt began; the request to the provider is in progress.
pub const STARTED: MessageType<PaymentState> = MessageType::new("payment.started", 1);
/// The provider reserved the money; orders decides whether it came in time.
pub const AUTHORIZED: MessageType<PaymentState> = MessageType::new("payment.authorized", 1);
/// The order was accepted and the money captured.
pub const CAPTURED: MessageType<PaymentState> = MessageType::new("payment.captured", 1);
/// The order was not accepted and the money released.
pub const VOIDED: MessageType<PaymentState> = MessageType::new("payment.voided", 1);
/// The provider declined.
pub const DECLINED: MessageType<PaymentState> = MessageType::new("payment.declined", 1);
/// Captured money was refunded, or a refund came back; `refunded`, `returned` and `refunds` have
/// the totals.
pub const REFUNDED: MessageType<PaymentState> = MessageType::new("payment.refunded", 1);

/// The status of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum PaymentStatus {
    /// The request to the provider is in progress.
    Started,
    /// The provider reserved the money.
    Authorized {
        /// When the provider's response was recorded.
        authorized_at: Timestamp,
    },
    /// The money was captured.
    Captured,
    /// The money was released.
    Voided,
    /// The provider declined.
    Declined {
        /// The provider's code for the reason, such as `card_declined`.
        reason: String,
    },
}

/// The full public state of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentState {
    /// The payment.
    pub id: PaymentId,
    /// 1 when started, one more with every change.
    pub version: u64,
    /// The paid order.
    pub order_id: OrderId,
    /// The payer.
    pub buyer: UserId,
    /// The amount.
    pub amount: Money,
    /// The status.
    #[serde(flatten)]
    pub status: PaymentStatus,
    /// When the attempt began.
    pub started_at: Timestamp,
    /// The total of the refunds so far, if there ever was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Money>,
    /// The units that return to sale, so far; never fewer than before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returned: Vec<ReturnedUnits>,
    /// The refunds that have succeeded, also those that came back later, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundSummary>,
}

/// A refund that has succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefundSummary {
    /// The refund.
    pub id: RefundId,
    /// The amount that the payer received.
    pub amount: Money,
    /// The destination of the money.
    pub to: RefundMethod,
    /// Whether the payer still has it.
    pub status: RefundStatus,
    /// When that was recorded.
    pub at: Timestamp,
}

/// The destination of a refund's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundMethod {
    /// The card of the payment.
    Card,
    /// The payer's account.
    Credit,
}

/// The status of a refund that has succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// The payer has the money.
    Succeeded,
    /// The payer's bank sent the money back.
    CameBack,
}

/// Units of an order that return to sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReturnedUnits {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Number of units, at least one.
    pub quantity: u32,
}

state!(PaymentState, "payment", id, version);
