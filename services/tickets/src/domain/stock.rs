//! Copy of a ticket's inventory, which orders publishes.

use contract::OrderId;
use contract::inventory::{DecidedRevision, InventoryState};
use serde::{Deserialize, Serialize};

/// Held and sold units at a version of the inventory; version 0 before the first message of orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stock {
    /// Version of the inventory.
    pub version: u64,
    /// Units held by unpaid orders.
    pub held: u32,
    /// Units of complete orders.
    pub sold: u32,
    /// The order that holds or bought the only unit.
    pub holder: Option<OrderId>,
    /// The last decided revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<DecidedRevision>,
    /// Whether the seller is banned, so that no unit can be ordered.
    #[serde(default)]
    pub is_suspended: bool,
}

impl Stock {
    /// Units held or sold.
    #[must_use]
    pub const fn committed(&self) -> u32 {
        self.held.saturating_add(self.sold)
    }
}

impl From<&InventoryState> for Stock {
    fn from(inventory: &InventoryState) -> Self {
        Self {
            version: inventory.version,
            held: inventory.held,
            sold: inventory.sold,
            holder: inventory.holder,
            revision: inventory.revision,
            is_suspended: inventory.suspended,
        }
    }
}
