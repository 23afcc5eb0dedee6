//! Copy of a show, which is common to the inventories of its tickets, and its decided revisions.

use contract::show::ShowStatus;
use contract::show_revision::ShowRevisionState;
use contract::show_terms::{ShowRevisionOutcome, ShowTermsState};
use contract::ticket::{TicketShow, TicketState};
use contract::{ShowId, TicketId, Timestamp};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// Copy of a show, from its tickets and its revisions. Each commit that changes it updates the
/// copies in the inventories of all its tickets, so that an order does not read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct Show {
    /// The show; also the id of the document.
    pub id: ShowId,
    /// The newest version that a ticket has copied or that a revision was accepted as; 0 before.
    pub version: u64,
    /// Name of the venue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// The start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// The status.
    pub status: ShowStatus,
    /// Its tickets, by arrival; tickets limits their number to 50.
    pub tickets: Vec<ShowTicket>,
    /// The last decided revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<DecidedShowRevision>,
    /// Whether the show is cancelled and may have open orders.
    #[serde(default)]
    pub is_ending: bool,
}

/// A ticket of a show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowTicket {
    /// The ticket.
    pub id: TicketId,
    /// Units on offer, including sold ones; none of a withdrawn ticket.
    pub offered: u32,
}

/// A revision of a show, decided against the inventories of its tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DecidedShowRevision {
    /// Its number.
    pub number: u64,
    /// The outcome.
    pub outcome: ShowRevisionOutcome,
}

impl Show {
    /// A show of which no message has arrived.
    pub const fn unknown(id: ShowId) -> Self {
        Self {
            id,
            version: 0,
            venue: None,
            starts_at: None,
            status: ShowStatus::Scheduled,
            tickets: Vec::new(),
            revision: None,
            is_ending: false,
        }
    }

    /// Copies the show from a ticket whose copy is newer.
    pub fn follow(self, ticket: &TicketState) -> Self {
        match ticket.show {
            Some(TicketShow { version, status, .. }) if version > self.version => {
                let TicketState { venue, starts_at, .. } = ticket.clone();
                Self { version, venue, starts_at, ..self.with_status(status) }
            }
            Some(_) | None => self,
        }
    }

    /// Decides a revision; `committed` are the units of the show that are held or sold. `None` if
    /// this or a newer revision is decided, or if its version of the show is in force.
    #[must_use]
    pub fn revise(self, revision: &ShowRevisionState, committed: u32) -> Option<Self> {
        let ShowRevisionState { number, ref show, moves } = *revision;
        let is_decided = self.revision.is_some_and(|decided| decided.number >= number);
        if is_decided || show.version <= self.version {
            return None;
        }
        let decided = |outcome| Some(DecidedShowRevision { number, outcome });
        if moves && committed > 0 {
            return Some(Self { revision: decided(ShowRevisionOutcome::Reserved), ..self });
        }
        Some(Self {
            version: show.version,
            venue: Some(show.venue.name.clone()),
            starts_at: Some(show.starts_at),
            revision: decided(ShowRevisionOutcome::Accepted),
            ..self.with_status(show.status)
        })
    }

    fn with_status(self, status: ShowStatus) -> Self {
        let is_new_end = status.is_cancelled() && !self.status.is_cancelled();
        Self { status, is_ending: self.is_ending || is_new_end, ..self }
    }

    /// A ticket at this version of the show. Each accepted revision of a show raises the version of
    /// each of its tickets by one, so the ticket has that many more versions.
    #[must_use]
    pub fn apply_to(&self, ticket: TicketState) -> TicketState {
        let Some(copied) = ticket.show else { return ticket };
        let Self { id, version, status, .. } = *self;
        TicketState {
            version: ticket.version + version.saturating_sub(copied.version),
            show: Some(TicketShow { id, version, status }),
            venue: self.venue.clone(),
            starts_at: self.starts_at,
            ..ticket
        }
    }

    /// Adds a ticket, or replaces the units that it offers.
    pub fn with_ticket(mut self, ticket: ShowTicket) -> Self {
        match self.tickets.iter_mut().find(|known| known.id == ticket.id) {
            Some(known) => *known = ticket,
            None => self.tickets.push(ticket),
        }
        self
    }

    /// Units on offer of all tickets, including sold ones.
    #[must_use]
    pub fn offered(&self) -> u32 {
        self.tickets.iter().fold(0, |units, ticket| units.saturating_add(ticket.offered))
    }

    /// The ids of its tickets.
    #[must_use]
    pub fn ticket_ids(&self) -> Vec<TicketId> {
        self.tickets.iter().map(|ticket| ticket.id).collect()
    }

    /// The cancelled show without open orders.
    pub fn ended(self) -> Self {
        Self { is_ending: false, ..self }
    }

    /// Published outcome of the last decided revision.
    #[must_use]
    pub fn terms(&self) -> Option<ShowTermsState> {
        let DecidedShowRevision { number, outcome } = self.revision?;
        Some(ShowTermsState { show_id: self.id, number, outcome })
    }
}

/// The show of all tickets of an order; `None` if they have none.
///
/// # Errors
/// [`Refusal::ShowsDiffer`].
pub fn common_show(
    shows: impl IntoIterator<Item = Option<ShowId>>,
) -> Result<Option<ShowId>, Refusal> {
    let mut shows = shows.into_iter();
    let first = shows.next().flatten();
    if shows.all(|show| show == first) { Ok(first) } else { Err(Refusal::ShowsDiffer) }
}
