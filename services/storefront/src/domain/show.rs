//! A show, with the ids of its price categories.

use contract::show::ShowState;
use contract::{ShowId, TicketId};
use serde::{Deserialize, Serialize};

/// The copy of a show. Messages of its tickets may arrive before its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// The show.
    pub id: ShowId,
    /// The last known state.
    pub state: Option<ShowState>,
    /// Its tickets, in the order of their arrival.
    pub tickets: Vec<TicketId>,
}

impl Show {
    /// A show of which nothing is known.
    #[must_use]
    pub const fn unknown(id: ShowId) -> Self {
        Self { id, state: None, tickets: Vec::new() }
    }

    /// With this state; `None` if it is not newer.
    #[must_use]
    pub fn with_state(self, state: ShowState) -> Option<Self> {
        let is_newer = self.state.as_ref().is_none_or(|known| known.version < state.version);
        is_newer.then_some(Self { state: Some(state), ..self })
    }

    /// With this ticket among its categories; `None` if it is known.
    #[must_use]
    pub fn with_ticket(mut self, id: TicketId) -> Option<Self> {
        if self.tickets.contains(&id) {
            return None;
        }
        self.tickets.push(id);
        Some(self)
    }
}
