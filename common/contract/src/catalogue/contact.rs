//! E-mail addresses of accounts, published by auth and read by mail only.

use serde::{Deserialize, Serialize};

use crate::message::{MessageType, state};
use crate::{Language, UserId};

/// An account was created, or its address, its verification or its language changed.
pub const CHANGED: MessageType<ContactState> = MessageType::coalescing("contact.changed", 1);

/// The address of an account. `Debug` hides it: addresses do not belong in logs.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactState {
    /// The account.
    pub user_id: UserId,
    /// 1 when created, one more with every change.
    pub version: u64,
    /// The e-mail address.
    #[debug("…")]
    pub email: String,
    /// Whether the owner has proved that the address receives mail.
    pub is_verified: bool,
    /// The language of the browser in which the account was created.
    pub language: Language,
}

state!(ContactState, "contact", user_id, version);
