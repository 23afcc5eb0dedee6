//! Units of one ticket, or of one show, held by unpaid orders from one network.

use std::time::Duration;

use contract::Timestamp;
use serde::{Deserialize, Serialize};

use super::hold_limits::{LimitScope, Network};
use super::refusal::Refusal;

/// Time for which a show's count of zero is stored: far longer than a batch of decisions takes.
pub const EMPTY_COUNT_KEPT: Duration = Duration::from_hours(1);

/// Count of one network. It changes only in the commits that change the inventories, so it is as
/// exact as they are.
///
/// A document that is deleted and inserted again restarts at its first version, which another
/// replica could mistake for the deleted one. That cannot happen to the count of a ticket, of which
/// zero is not stored: each commit also compares the version of the inventory, which is never
/// deleted. The orders of two tickets of a show have no inventory in common, so a show's count of
/// zero is stored for [`EMPTY_COUNT_KEPT`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkHolds {
    /// The ticket or the show.
    #[serde(flatten)]
    pub of: LimitScope,
    /// The network.
    pub network: Network,
    /// Units held.
    pub held: u32,
    /// When the count became zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emptied_at: Option<Timestamp>,
}

impl NetworkHolds {
    /// The count of a network without holds.
    #[must_use]
    pub const fn none(of: LimitScope, network: Network) -> Self {
        Self { of, network, held: 0, emptied_at: None }
    }

    /// Id of the document.
    pub(crate) fn id_of(of: LimitScope, network: &Network) -> String {
        match of {
            LimitScope::Ticket(ticket) => format!("{ticket} {network}"),
            LimitScope::Show(show) => format!("{show} {network}"),
        }
    }

    /// Adds units to the count.
    ///
    /// # Errors
    /// [`Refusal::NetworkLimit`] above `ceiling`.
    pub fn hold(self, units: u32, ceiling: u32) -> Result<Self, Refusal> {
        let held = self.held.saturating_add(units);
        if held > ceiling {
            return Err(Refusal::NetworkLimit(self.of));
        }
        Ok(Self { held, emptied_at: None, ..self })
    }

    /// Subtracts units from the count; `None` if it is no longer stored.
    ///
    /// # Panics
    /// If the count is lower than `units`, which is a bug.
    #[must_use]
    pub fn release(self, units: u32, now: Timestamp) -> Option<Self> {
        assert!(units <= self.held, "released more than was held of {}", self.of);
        let held = self.held - units;
        match self.of {
            _ if held > 0 => Some(Self { held, ..self }),
            LimitScope::Ticket(_) => None,
            LimitScope::Show(_) => Some(Self { held, emptied_at: Some(now), ..self }),
        }
    }
}
