//! Revoked sessions, published by auth, so that every service can reject their tokens locally.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Id, MessageType, SessionId, State, Timestamp, UserId};

/// A session, or all sessions of an account, ended before its tokens expired.
pub const REVOKED: MessageType<RevocationState> = MessageType::new("session.revoked", 1);

/// Longest lifetime of a token, and of revocations; tokens with a longer lifetime are rejected.
pub const TOKEN_LIFETIME_MAX: Duration = Duration::from_hours(1);

/// The scope of a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "scope", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Revoked {
    /// One session (sign-out).
    Session {
        /// The session.
        session_id: SessionId,
    },
    /// Sessions of the account with a smaller epoch (sign-out-everywhere, new password, ban).
    Account {
        /// The account.
        user_id: UserId,
        /// The first epoch whose sessions are still valid.
        epoch: u64,
    },
}

/// A revocation. A session's is version 1 and final; an account's has its epoch as version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevocationState {
    /// The revoked sessions.
    #[serde(flatten)]
    pub revoked: Revoked,
    /// When they were revoked.
    pub revoked_at: Timestamp,
    /// When all their tokens have expired, so that copies may be deleted.
    pub forget_after: Timestamp,
}

impl State for RevocationState {
    const AGGREGATE: &'static str = "session";

    fn id(&self) -> Id {
        match self.revoked {
            Revoked::Session { session_id } => session_id.untyped(),
            Revoked::Account { user_id, .. } => user_id.untyped(),
        }
    }

    fn version(&self) -> u64 {
        match self.revoked {
            Revoked::Session { .. } => 1,
            Revoked::Account { epoch, .. } => epoch,
        }
    }
}
