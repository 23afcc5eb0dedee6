//! The copy of a show in its tickets.

use contract::show::ShowStatus;
use contract::text::stored;
use contract::ticket::TicketShow;
use contract::{ShowId, Timestamp};
use serde::{Deserialize, Serialize};

use super::terms::Venue;

/// The show of a ticket, as of its last change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowCopy {
    /// The show.
    pub id: ShowId,
    /// Version of the show.
    pub version: u64,
    /// Status of the show.
    #[serde(flatten)]
    pub status: ShowStatus,
    /// Name of the venue.
    #[serde(deserialize_with = "stored")]
    pub venue: Venue,
    /// The start.
    pub starts_at: Timestamp,
}

impl ShowCopy {
    /// Published state.
    #[must_use]
    pub(crate) const fn state(&self) -> TicketShow {
        TicketShow { id: self.id, version: self.version, status: self.status }
    }
}
