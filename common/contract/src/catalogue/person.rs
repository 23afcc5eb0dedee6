//! What a person asks of all services, as auth publishes it: a copy of the own data, or erasure.

use serde::{Deserialize, Serialize};

use crate::id::{Id, UserId};
use crate::message::{MessageType, State};

/// Every service is to make its part of a request.
pub const REQUESTED: MessageType<PersonRequestState> = MessageType::new("person.requested", 1);

/// What every service is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Wish {
    /// Return what it stores about the person.
    Export,
    /// Return what prevents the erasure of the person; nothing is erased yet.
    CheckErasure {
        /// Whether the person waives the credit on the account.
        forfeits_credit: bool,
    },
    /// Erase what it stores about the person, except for the books.
    Erase,
}

/// A request of a person, to all services. An erasure is checked in its first version and made in its second one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonRequestState {
    /// The request.
    pub id: Id,
    /// 1 when made, one more when every service is to do something else.
    pub version: u64,
    /// The account.
    pub user_id: UserId,
    /// The action that every service takes.
    pub wish: Wish,
}

impl State for PersonRequestState {
    const AGGREGATE: &'static str = "person";

    fn id(&self) -> Id {
        self.id
    }

    fn version(&self) -> u64 {
        self.version
    }
}
