//! A session: from sign-in to sign-out, or to its end.

use contract::session::{RevocationState, Revoked};
use contract::{SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// When it began.
    pub created_at: Timestamp,
    /// When its token ends.
    pub ends_at: Timestamp,
    /// When it was ended before that.
    pub signed_out_at: Option<Timestamp>,
}

impl Session {
    /// Ends it; `None` when it was ended before.
    #[must_use]
    pub fn sign_out(&self, now: Timestamp) -> Option<Self> {
        let ended = Self { signed_out_at: Some(now), ..self.clone() };
        self.signed_out_at.is_none().then_some(ended)
    }

    /// The revocation of its token.
    #[must_use]
    pub fn revocation(&self, now: Timestamp) -> RevocationState {
        let revoked = Revoked::Session { session_id: self.id };
        RevocationState { revoked, revoked_at: now, forget_after: self.ends_at }
    }
}
