//! Requests of a person to all services, published by auth: an export of the data, or erasure.

use serde::{Deserialize, Serialize};

use crate::message::{MessageType, state};
use crate::values::id::{Id, UserId};

/// Every service fulfils its part of a request.
pub const REQUESTED: MessageType<PersonRequestState> = MessageType::new("person.requested", 1);

/// An action requested of all services for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum PersonAction {
    /// Export the data stored about the person.
    Export,
    /// Report obstacles to the erasure of the person; nothing is erased yet.
    CheckErasure {
        /// Whether the person waives the credit on the account.
        forfeits_credit: bool,
    },
    /// Erase the data stored about the person, except for the books.
    Erase,
}

/// A request of a person to all services. An erasure requests a check first, then the erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonRequestState {
    /// The request.
    pub id: Id,
    /// 1 when created, one more with each further action.
    pub version: u64,
    /// The account.
    pub user_id: UserId,
    /// The requested action.
    #[serde(rename = "wish")]
    pub action: PersonAction,
}

state!(PersonRequestState, "person", id, version);
