//! Terms of shows, published by orders: the outcome of the last revision of a show, decided against
//! the inventories of its tickets.

use serde::{Deserialize, Serialize};

use crate::ShowId;
use crate::message::{MessageType, state};

/// A revision of a show was decided.
pub const CHANGED: MessageType<ShowTermsState> = MessageType::new("show_terms.changed", 1);

/// The outcome of a revision of a show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShowRevisionOutcome {
    /// Accepted: every later order of its tickets is placed on its terms.
    Accepted,
    /// Refused: units are held or sold, and the times or the venue would change without a
    /// postponement.
    Reserved,
}

/// The decided terms of a show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowTermsState {
    /// The show.
    pub show_id: ShowId,
    /// The aggregate's version: the number of the last decided revision.
    pub number: u64,
    /// Its outcome.
    pub outcome: ShowRevisionOutcome,
}

state!(ShowTermsState, "show_terms", show_id, number);
