//! Units of one ticket held by unpaid orders from one network.

use contract::TicketId;
use serde::{Deserialize, Serialize};

use super::hold_limits::Network;
use super::refusal::Refusal;

/// Count of one ticket and network. It changes only in the commits that change the ticket's
/// inventory, so it is as exact as the inventory. A count of zero is not stored.
///
/// A document that is deleted and inserted again restarts at its first version, which another
/// replica could mistake for the deleted one. That cannot happen here: each commit also compares
/// the version of the inventory, which is never deleted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkHolds {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The network.
    pub network: Network,
    /// Units held.
    pub held: u32,
}

impl NetworkHolds {
    /// The count of a network without holds.
    #[must_use]
    pub const fn none(ticket_id: TicketId, network: Network) -> Self {
        Self { ticket_id, network, held: 0 }
    }

    /// Id of the document.
    pub(crate) fn id_of(ticket: TicketId, network: &Network) -> String {
        format!("{ticket} {network}")
    }

    /// Adds units to the count.
    ///
    /// # Errors
    /// [`Refusal::NetworkLimit`] above `ceiling`.
    pub fn hold(self, units: u32, ceiling: u32) -> Result<Self, Refusal> {
        let held = self.held.saturating_add(units);
        if held > ceiling {
            return Err(Refusal::NetworkLimit(self.ticket_id));
        }
        Ok(Self { held, ..self })
    }

    /// Subtracts units from the count; `None` if it becomes zero.
    ///
    /// # Panics
    /// If the count is lower than `units`, which is a bug.
    #[must_use]
    pub fn release(self, units: u32) -> Option<Self> {
        assert!(units <= self.held, "released more than was held of {}", self.ticket_id);
        let held = self.held - units;
        (held > 0).then_some(Self { held, ..self })
    }
}
