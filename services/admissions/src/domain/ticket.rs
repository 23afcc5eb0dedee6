//! The copy of a ticket: its seller decides on entries, resales and the kind of codes, and the door of
//! a show admits its tickets.

use contract::ticket::TicketState;
use contract::{Decided, ShowId, TicketId, UserId};
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
    /// Its show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_id: Option<ShowId>,
    /// Whether its admissions have codes of devices only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub device_only: bool,
}

impl Ticket {
    /// The copy of a published ticket.
    #[must_use]
    pub fn of(state: &TicketState) -> Self {
        let TicketState { id, version, seller, resale_cap, device_only, .. } = *state;
        let show_id = state.show.as_ref().map(|show| show.id);
        Self { id, version, seller, resale_cap, show_id, device_only }
    }

    /// Follows the ticket.
    pub fn follow(&self, state: &TicketState) -> Decided<Self> {
        if state.version <= self.version {
            return Decided::AlreadyApplied;
        }
        Decided::applied(Self::of(state))
    }
}
