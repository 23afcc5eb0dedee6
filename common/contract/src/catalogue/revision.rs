//! Revisions: changes to a ticket that its seller requests, published by tickets. Orders decides
//! each against the inventory and publishes the outcome with it (see [`super::inventory`]).

use serde::{Deserialize, Serialize};

use super::ticket::TicketState;
use crate::message::{MessageType, state};

/// A seller requests a change; it takes effect once orders has accepted it.
pub const REQUESTED: MessageType<RevisionState> = MessageType::new("revision.requested", 1);

/// A requested change of a ticket. A ticket has at most one undecided revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevisionState {
    /// The aggregate's version: 1 for a ticket's first revision, one more with each, also refused.
    pub number: u64,
    /// The ticket as it will be if the revision is accepted, `version` included.
    pub ticket: TicketState,
}

state!(RevisionState, "revision", ticket.id, number);
