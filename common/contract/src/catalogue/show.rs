//! Shows, published by tickets: what takes place at a venue and time. The tickets of a show are its
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
    /// It takes place at a later time than orders were placed for.
    Postponed {
        /// Until this time a payer may return the units of an order for their price.
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

state!(ShowState, "show", id, version);
