//! Refunds of cancelled shows, published by payments: the progress of the refunds of one show.

use serde::{Deserialize, Serialize};

use crate::ShowId;
use crate::message::{MessageType, state};

/// An order became refundable, or a refund has ended.
pub const CHANGED: MessageType<ShowRefundsState> =
    MessageType::coalescing("show_refunds.changed", 1);

/// The numbers of paid orders of a cancelled show, by the state of their refunds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowRefundsState {
    /// The show.
    pub show_id: ShowId,
    /// One more with every change.
    pub version: u64,
    /// Whether all orders that were complete at the cancellation are counted.
    pub is_counted: bool,
    /// Orders whose refund is not requested yet, or has not ended.
    pub owed: u32,
    /// Orders of which nothing is owed: refunded in full, by the origin of the payment.
    pub done: u32,
    /// Orders whose refund the provider or the payer's bank has rejected: their payers have the
    /// money as credit.
    pub failed: u32,
}

state!(ShowRefundsState, "show_refunds", show_id, version);
