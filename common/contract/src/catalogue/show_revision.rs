//! Revisions of shows: changes that a seller or an administrator requests, published by tickets.
//! Orders decides each against the inventories of the show and publishes the outcome (see
//! [`super::show_terms`]).

use serde::{Deserialize, Serialize};

use super::show::ShowState;
use crate::message::{MessageType, state};

/// A change of a show is requested; it takes effect once orders has accepted it.
pub const REQUESTED: MessageType<ShowRevisionState> =
    MessageType::new("show_revision.requested", 1);

/// A requested change of a show. A show has at most one undecided revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowRevisionState {
    /// The aggregate's version: 1 for a show's first revision, one more with each, also refused.
    pub number: u64,
    /// The show as it will be if the revision is accepted, `version` included.
    pub show: ShowState,
    /// Whether it moves the show ([`ShowState::moves_from`]), which orders refuses while units of
    /// the show are held or sold. Tickets compares, because orders has no copy of the doors and of
    /// the address.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moves: bool,
}

state!(ShowRevisionState, "show_revision", show.id, number);
