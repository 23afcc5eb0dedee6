//! The event of a door: a ticket, or a show with all its tickets.

use contract::{ShowId, TicketId, UserId};
use store::{Loaded, Tx};

use crate::domain::{Admission, Show, Ticket};

/// The event of a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// One ticket.
    Ticket(TicketId),
    /// Every ticket of a show.
    Show(ShowId),
}

impl Event {
    /// Its seller; `None` if it is not known.
    pub(crate) fn seller(self, tx: &mut Tx<'_>) -> Loaded<Option<UserId>> {
        Ok(match self {
            Self::Ticket(id) => tx.get::<Ticket>(id)?.map(|ticket| ticket.seller),
            Self::Show(id) => {
                tx.get::<Show>(id)?.and_then(|show| show.state.map(|state| state.seller))
            }
        })
    }

    /// Whether an admission is for it.
    pub(crate) fn has(self, admission: &Admission) -> bool {
        match self {
            Self::Ticket(id) => admission.state.ticket_id == id,
            Self::Show(id) => admission.state.show_id == Some(id),
        }
    }
}
