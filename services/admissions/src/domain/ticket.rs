//! The copy of a ticket: its seller decides on entries, and on the kind of codes.

use contract::ticket::TicketState;
use contract::{Decided, TicketId, UserId};
use serde::{Deserialize, Serialize};

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// The ticket.
    pub id: TicketId,
    /// The copied version.
    pub version: u64,
    /// The seller.
    pub seller: UserId,
    /// Whether its admissions have codes of devices only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub device_only: bool,
}

impl Ticket {
    /// The copy of a published ticket.
    #[must_use]
    pub const fn of(state: &TicketState) -> Self {
        let TicketState { id, version, seller, device_only, .. } = *state;
        Self { id, version, seller, device_only }
    }

    /// Follows the ticket.
    pub fn follow(&self, state: &TicketState) -> Decided<Self> {
        if state.version <= self.version {
            return Decided::AlreadyApplied;
        }
        Decided::applied(Self::of(state))
    }
}
