//! The copy of a ticket's inventory, as orders last told it.

use contract::OrderId;
use contract::inventory::{DecidedRevision, InventoryState};
use serde::{Deserialize, Serialize};

/// Held and sold, as of a version of the inventory; version 0 before orders has told anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stock {
    /// The inventory's version.
    pub version: u64,
    /// Units held by orders not yet paid.
    pub held: u32,
    /// Units of complete orders.
    pub sold: u32,
    /// The order that has the only unit.
    pub holder: Option<OrderId>,
    /// The revision that was decided last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<DecidedRevision>,
    /// Whether the seller is banned, so that nothing can be ordered.
    #[serde(default)]
    pub is_suspended: bool,
}

impl Stock {
    /// Units that cannot be taken back.
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
