//! Accounts, published by auth; without e-mail addresses, which no other service needs.

use serde::{Deserialize, Serialize};

use crate::message::{MessageType, state};
use crate::{Timestamp, UserId};

/// An account was created.
pub const CREATED: MessageType<UserState> = MessageType::new("user.created", 1);
/// An administrator banned the account.
pub const BANNED: MessageType<UserState> = MessageType::new("user.banned", 1);
/// An administrator lifted a ban of the account.
pub const UNBANNED: MessageType<UserState> = MessageType::new("user.unbanned", 1);

/// Status of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// The account may sign in.
    #[serde(rename = "good")]
    Active,
    /// The account may not sign in.
    Banned,
}

/// The full public state of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserState {
    /// The account.
    pub id: UserId,
    /// 1 when created, one more with every change.
    pub version: u64,
    /// Whether it may sign in.
    #[serde(rename = "standing")]
    pub status: AccountStatus,
    /// When it was created.
    pub created_at: Timestamp,
}

state!(UserState, "user", id, version);
