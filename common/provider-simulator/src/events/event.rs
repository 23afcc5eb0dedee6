//! Types of events, and their causes.

use std::sync::Arc;

use contract::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::name_of;

/// Event types delivered to a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EventType {
    /// A payment intent was created.
    #[serde(rename = "payment_intent.created")]
    IntentCreated,
    /// A payment requires a 3-D Secure challenge.
    #[serde(rename = "payment_intent.requires_action")]
    IntentRequiresAction,
    /// The bank has not decided on a payment yet.
    #[serde(rename = "payment_intent.processing")]
    IntentProcessing,
    /// A payment is authorised and can be captured.
    #[serde(rename = "payment_intent.amount_capturable_updated")]
    IntentAmountCapturableUpdated,
    /// A payment was captured.
    #[serde(rename = "payment_intent.succeeded")]
    IntentSucceeded,
    /// An attempt failed; another card can be tried.
    #[serde(rename = "payment_intent.payment_failed")]
    IntentPaymentFailed,
    /// A payment intent was cancelled.
    #[serde(rename = "payment_intent.canceled")]
    IntentCanceled,
    /// A charge was authorised.
    #[serde(rename = "charge.succeeded")]
    ChargeSucceeded,
    /// A charge was captured.
    #[serde(rename = "charge.captured")]
    ChargeCaptured,
    /// A charge was refunded, in full or in part.
    #[serde(rename = "charge.refunded")]
    ChargeRefunded,
    /// An authorisation expired without a capture.
    #[serde(rename = "charge.expired")]
    ChargeExpired,
    /// A payer disputes a charge.
    #[serde(rename = "charge.dispute.created")]
    DisputeCreated,
    /// The money of a dispute was withdrawn.
    #[serde(rename = "charge.dispute.funds_withdrawn")]
    DisputeFundsWithdrawn,
    /// The money of a dispute was reinstated.
    #[serde(rename = "charge.dispute.funds_reinstated")]
    DisputeFundsReinstated,
    /// A dispute was won or lost.
    #[serde(rename = "charge.dispute.closed")]
    DisputeClosed,
    /// A refund was created.
    #[serde(rename = "refund.created")]
    RefundCreated,
    /// The state of a refund changed.
    #[serde(rename = "refund.updated")]
    RefundUpdated,
    /// A refund failed.
    #[serde(rename = "refund.failed")]
    RefundFailed,
}

impl EventType {
    /// `payment_intent.succeeded`
    #[must_use]
    pub fn name(self) -> String {
        name_of(self)
    }
}

/// An event, delivered or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// `evt_…`
    pub id: String,
    /// The type.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// The body, for a repeated delivery.
    #[serde(skip)]
    pub(crate) body: Arc<str>,
}

/// The cause of a change, with its time.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    pub(crate) at: Timestamp,
    /// `None` if time, an operator, a payer or a bank is the cause.
    pub(crate) request: Option<CausingRequest>,
    /// Whether an operator in the dashboard or a payer's bank is the cause.
    pub(crate) is_foreign: bool,
}

/// A request as the cause of an event.
#[derive(Debug, Clone)]
pub(crate) struct CausingRequest {
    pub(crate) id: String,
    pub(crate) idempotency_key: Option<String>,
}

impl Cause {
    /// A cause that is not a request.
    pub(crate) fn by_itself(at: Timestamp) -> Self {
        Self { at, request: None, is_foreign: false }
    }
}
