//! Sales, published by payments: a complete order of a show, with its money.

use serde::{Deserialize, Serialize};

use super::order::is_zero;
use crate::message::{MessageType, state};
use crate::{Money, OrderId, ShowId, TicketId, Timestamp, UserId};

/// An order of a show is complete, or its units or its money changed.
pub const CHANGED: MessageType<SaleState> = MessageType::coalescing("sale.changed", 1);

/// Units of one ticket in a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaleItem {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Price of one unit.
    pub unit_price: Money,
    /// Number of units.
    pub quantity: u32,
    /// Of these, the units that returned to sale.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub returned: u32,
}

/// The full public state of a sale. Its amounts change in the commits that change the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaleState {
    /// The order; also the sale's id.
    pub order_id: OrderId,
    /// 1 when the order was completed, one more with every change.
    pub version: u64,
    /// The show.
    pub show_id: ShowId,
    /// The seller of the show.
    pub seller: UserId,
    /// The buyer.
    pub buyer: UserId,
    /// When the order was placed.
    pub ordered_at: Timestamp,
    /// The units.
    pub items: Vec<SaleItem>,
    /// The captured amount; zero before the capture, and of a free order.
    pub paid: Money,
    /// The refunded part of the captured amount: requested refunds included, failed ones not.
    pub refunded: Money,
    /// The part of the captured amount that payers' banks withdrew and did not return.
    pub disputed: Money,
}

state!(SaleState, "sale", order_id, version);
