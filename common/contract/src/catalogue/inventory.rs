//! Inventories, published by orders: the capacity of a ticket, with held and sold units.

use serde::{Deserialize, Serialize};

use crate::message::{MessageType, state};
use crate::values::id::{OrderId, TicketId};

/// Units were held, sold or released, or the capacity changed.
pub const CHANGED: MessageType<InventoryState> = MessageType::coalescing("inventory.changed", 1);

/// The full public state of an inventory. `held + sold <= capacity`, always.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InventoryState {
    /// The ticket of the units; also the inventory's id.
    pub ticket_id: TicketId,
    /// One more with every change.
    pub version: u64,
    /// The version of the ticket that determines the capacity.
    pub ticket_version: u64,
    /// Units in all.
    pub capacity: u32,
    /// Units held by orders not yet paid.
    pub held: u32,
    /// Units of complete orders, without those that returned to sale.
    pub sold: u32,
    /// The order that holds or bought the only unit, where the capacity is 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<OrderId>,
    /// The last decided revision of the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<DecidedRevision>,
    /// Whether the seller is banned, which prevents any order.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspended: bool,
}

/// A revision of a ticket (see [`super::revision`]), decided against its inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DecidedRevision {
    /// Its number.
    pub number: u64,
    /// The outcome.
    #[serde(flatten)]
    pub outcome: RevisionOutcome,
}

/// The outcome of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum RevisionOutcome {
    /// Accepted: every later order is placed on its terms.
    Accepted,
    /// Refused: the only unit is held or sold, or units are and their currency would change.
    Reserved,
    /// Refused: it offers fewer units than are held and sold.
    BelowCommitted {
        /// Units held and sold.
        committed: u32,
    },
}

state!(InventoryState, "inventory", ticket_id, version);
