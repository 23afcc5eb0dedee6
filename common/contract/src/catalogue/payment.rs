//! Payments, as payments publishes them: each is one attempt to collect the money of one order.

use serde::{Deserialize, Serialize};

use crate::id::{Id, OrderId, PaymentId, RefundId, TicketId, UserId};
use crate::message::{MessageType, State};
use crate::money::Money;
use crate::time::Timestamp;

/// An attempt began; the provider is being asked.
pub const STARTED: MessageType<PaymentState> = MessageType::new("payment.started", 1);
/// The provider holds the money for us; orders decides whether it came in time.
pub const AUTHORIZED: MessageType<PaymentState> = MessageType::new("payment.authorized", 1);
/// The order was accepted and the money taken.
pub const CAPTURED: MessageType<PaymentState> = MessageType::new("payment.captured", 1);
/// The order was not accepted and the money let go.
pub const VOIDED: MessageType<PaymentState> = MessageType::new("payment.voided", 1);
/// The provider refused.
pub const DECLINED: MessageType<PaymentState> = MessageType::new("payment.declined", 1);
/// Some of the captured money was given back, or came back to us after that; `refunded`, `returned` and `refunds`
/// say how much in all.
pub const REFUNDED: MessageType<PaymentState> = MessageType::new("payment.refunded", 1);

/// Where a payment stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum PaymentStatus {
    /// The provider is being asked.
    Started,
    /// The provider holds the money.
    #[serde(rename_all = "camelCase")]
    Authorized {
        /// When the provider's answer was recorded.
        authorized_at: Timestamp,
    },
    /// The money was taken.
    Captured,
    /// The money was let go.
    Voided,
    /// The provider refused.
    Declined {
        /// The provider's word for why, such as `card_declined`.
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
    /// The order it is for.
    pub order_id: OrderId,
    /// Who pays.
    pub buyer: UserId,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    #[serde(flatten)]
    pub status: PaymentStatus,
    /// When the attempt began.
    pub started_at: Timestamp,
    /// What was given back so far, if anything ever was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Money>,
    /// The units that go back to sale, so far: it never becomes less.
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
    /// How much the payer received.
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

/// State of a refund that succeeded.
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

impl State for PaymentState {
    const AGGREGATE: &'static str = "payment";

    fn id(&self) -> Id {
        self.id.untyped()
    }

    fn version(&self) -> u64 {
        self.version
    }
}
