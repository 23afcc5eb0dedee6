//! The event of a door: a show with all its tickets, or some tickets.

use contract::admission::AdmissionState;
use contract::{ShowId, TicketId};
use serde::{Deserialize, Serialize};

/// The event of a door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Event {
    /// Every ticket of a show.
    Show(ShowId),
    /// These tickets of one seller.
    Tickets(Vec<TicketId>),
}

impl Event {
    /// Whether an admission is for it.
    #[must_use]
    pub fn has(&self, admission: &AdmissionState) -> bool {
        match self {
            Self::Show(id) => admission.show_id == Some(*id),
            Self::Tickets(ids) => ids.contains(&admission.ticket_id),
        }
    }

    /// Whether a door of this event is also one of the other event.
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Show(own), Self::Show(other)) => own == other,
            (Self::Tickets(own), Self::Tickets(other)) => other.iter().all(|id| own.contains(id)),
            (Self::Show(_), Self::Tickets(_)) | (Self::Tickets(_), Self::Show(_)) => false,
        }
    }
}
