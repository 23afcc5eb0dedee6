//! Shows, published by tickets: performances at a venue and time. The tickets of a show are its
//! price categories.

use serde::{Deserialize, Serialize};

use crate::message::{MessageType, state};
use crate::{ImageId, ShowId, Timestamp, UserId};

/// A show was created.
pub const CREATED: MessageType<ShowState> = MessageType::new("show.created", 1);
/// A show was edited; its times and its venue change only before units are held or sold.
pub const UPDATED: MessageType<ShowState> = MessageType::new("show.updated", 1);
/// A show was postponed, or a postponed show was edited.
pub const POSTPONED: MessageType<ShowState> = MessageType::new("show.postponed", 1);
/// A show was cancelled: nothing more is sold, and every paid order is refunded. Final, but for the
/// texts of an erased seller.
pub const CANCELLED: MessageType<ShowState> = MessageType::new("show.cancelled", 1);

/// The status of a show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum ShowStatus {
    /// It takes place at its time.
    Scheduled,
    /// It takes place at another time or venue than some orders were placed for.
    Postponed {
        /// Until this time the payer of such an order may return its units for their price.
        refunds_until: Timestamp,
    },
    /// It does not take place.
    Cancelled,
}

impl ShowStatus {
    /// Whether the show does not take place.
    #[must_use]
    pub const fn is_cancelled(self) -> bool {
        match self {
            Self::Cancelled => true,
            Self::Scheduled | Self::Postponed { .. } => false,
        }
    }
}

/// The place of a show.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VenueState {
    /// The name; also the `venue` of the tickets.
    pub name: String,
    /// The IANA time zone, such as `Europe/Berlin`.
    pub time_zone: String,
    /// The postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// The full public state of a show.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowState {
    /// The show.
    pub id: ShowId,
    /// 1 when created, one more with every accepted change.
    pub version: u64,
    /// The seller.
    pub seller: UserId,
    /// The title.
    pub title: String,
    /// The description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The place.
    pub venue: VenueState,
    /// When the doors open; not after the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doors_at: Option<Timestamp>,
    /// The start.
    pub starts_at: Timestamp,
    /// The status.
    #[serde(flatten)]
    pub status: ShowStatus,
    /// The image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageId>,
    /// When it was created.
    pub created_at: Timestamp,
}

impl ShowState {
    /// Whether the times or the venue differ from those of `before`, the state in force, without a
    /// cancellation and without a new postponement.
    #[must_use]
    pub fn moves_from(&self, before: &Self) -> bool {
        let place_and_time = |show: &Self| (show.venue.clone(), show.doors_at, show.starts_at);
        let gives_notice = match self.status {
            ShowStatus::Scheduled => false,
            ShowStatus::Postponed { .. } => self.status != before.status,
            ShowStatus::Cancelled => true,
        };
        !gives_notice && place_and_time(self) != place_and_time(before)
    }
}

state!(ShowState, "show", id, version);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Id;

    type Edit = fn(&mut ShowState);

    const START: Timestamp = Timestamp::from_unix_ms(1_000_000);

    fn show(status: ShowStatus) -> ShowState {
        let venue = VenueState {
            name: "Town hall".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            address: None,
        };
        ShowState {
            id: Id::from_bytes([1; 12]).into(),
            version: 1,
            seller: Id::from_bytes([2; 12]).into(),
            title: "Concert".to_owned(),
            description: None,
            venue,
            doors_at: None,
            starts_at: START,
            status,
            image: None,
            created_at: START,
        }
    }

    #[test]
    fn a_show_moves_with_other_times_or_another_venue_unless_it_is_cancelled_or_postponed_anew() {
        let later = START.plus(Duration::from_hours(24));
        let postponed = |refunds_until| ShowStatus::Postponed { refunds_until };
        let edits: [(bool, Edit); 8] = [
            (false, |_| {}),
            (false, |show| show.title = "Opera".to_owned()),
            (false, |show| show.description = Some("Three acts".to_owned())),
            (true, |show| show.starts_at = START.plus(Duration::from_millis(1))),
            (true, |show| show.doors_at = Some(START)),
            (true, |show| show.venue.name = "Arena".to_owned()),
            (true, |show| show.venue.time_zone = "Europe/London".to_owned()),
            (true, |show| show.venue.address = Some("Main Street 1".to_owned())),
        ];
        for (is_move, edit) in edits {
            for (before, after, gives_notice) in [
                (ShowStatus::Scheduled, ShowStatus::Scheduled, false),
                (ShowStatus::Scheduled, postponed(START), true),
                (ShowStatus::Scheduled, ShowStatus::Cancelled, true),
                (postponed(START), postponed(START), false),
                (postponed(START), postponed(later), true),
                (postponed(START), ShowStatus::Cancelled, true),
            ] {
                let (before, mut after) = (show(before), show(after));
                edit(&mut after);
                assert_eq!(after.moves_from(&before), is_move && !gives_notice, "{after:?}");
            }
        }
    }
}
