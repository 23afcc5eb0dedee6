//! The copy of a ticket: its seller decides on entries.

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
    /// The highest price of a resale, in percent.
    pub resale_cap: u16,
}

impl Ticket {
    /// The copy of a published ticket.
    #[must_use]
    pub fn of(state: &TicketState) -> Self {
        let TicketState { id, version, seller, resale_cap, .. } = *state;
        Self { id, version, seller, resale_cap }
    }

    /// Follows the ticket.
    pub fn follow(&self, state: &TicketState) -> Decided<Self> {
        if state.version <= self.version {
            return Decided::AlreadyApplied;
        }
        Decided::applied(Self::of(state))
    }
}
