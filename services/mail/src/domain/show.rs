//! The copy of a show, and the announcement of its change to the buyers.

use contract::show::{ShowState, ShowStatus};
use contract::{Decided, ShowId, Timestamp};
use serde::{Deserialize, Serialize};

/// A show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Show {
    /// Its published state.
    pub state: ShowState,
    /// The announcement in progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announcement: Option<Announcement>,
    /// When the copy changed.
    pub changed_at: Timestamp,
}

/// The announcement of a change, page by page over the bookings of the show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Announcement {
    /// When it began.
    pub since: Timestamp,
    /// Id of the last booking that has its letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl Show {
    /// The copy of a show that was not known.
    #[must_use]
    pub fn of(state: ShowState, now: Timestamp) -> Self {
        let announcement = is_announced(&state).then_some(Announcement { since: now, after: None });
        Self { state, announcement, changed_at: now }
    }

    /// Follows the show. A postponement, another time or place, and a cancellation are announced.
    pub fn follow(&self, state: ShowState, now: Timestamp) -> Decided<Self> {
        if state.version <= self.state.version {
            return Decided::AlreadyApplied;
        }
        let facts =
            |show: &ShowState| (show.status, show.starts_at, show.doors_at, show.venue.clone());
        let is_changed = facts(&state) != facts(&self.state);
        let followed = Self { announcement: self.announcement.clone(), ..Self::of(state, now) };
        if !is_changed || !is_announced(&followed.state) {
            return Decided::applied(followed);
        }
        let announcement = Some(Announcement { since: now, after: None });
        Decided::applied(Self { announcement, ..followed })
    }

    /// Whether a letter about this version of the show is still true.
    #[must_use]
    pub fn confirms(&self, starts_at: Timestamp, status: ShowStatus, venue: &str) -> bool {
        (self.state.starts_at, self.state.status, self.state.venue.name.as_str())
            == (starts_at, status, venue)
    }

    /// The id.
    #[must_use]
    pub const fn id(&self) -> ShowId {
        self.state.id
    }
}

fn is_announced(show: &ShowState) -> bool {
    match show.status {
        ShowStatus::Scheduled => false,
        ShowStatus::Postponed { .. } | ShowStatus::Cancelled => true,
    }
}
