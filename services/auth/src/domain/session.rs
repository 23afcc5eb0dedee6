//! A session: from sign-in to sign-out, or until nobody has come for too long.

use std::time::Duration;

use contract::session::{RevocationState, Revoked, TOKEN_LIFETIME_MAX};
use contract::{SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::admission::Admitted;
use super::device::Device;
use super::user::User;

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
    /// When it was renewed last, if it was.
    #[serde(default)]
    pub renewed_at: Option<Timestamp>,
    /// When it ends, unless it is renewed before.
    pub ends_at: Timestamp,
    /// When it was ended before that.
    pub signed_out_at: Option<Timestamp>,
    /// The account's epoch when it began; a later one ends it.
    #[serde(default)]
    pub epoch: u64,
    /// What it began on.
    #[serde(default)]
    pub device: Device,
    /// The SHA-256 of the secret that it is renewed for; of none where it cannot be.
    #[serde(default)]
    pub renewal_hash: String,
}

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// A token; the session ends in no service later than this after its user's last word.
    pub token: Duration,
    /// A session that is not renewed.
    pub idle: Duration,
    /// A session, however often it is renewed.
    pub absolute: Duration,
}

impl Session {
    /// A session of a user that begins now.
    #[must_use]
    pub fn begin(
        id: SessionId,
        account: &Admitted,
        device: Device,
        renewal_hash: String,
        now: Timestamp,
        lifetimes: Lifetimes,
    ) -> Self {
        let user = account.user();
        Self {
            id,
            user_id: user.id,
            created_at: now,
            renewed_at: None,
            ends_at: now.plus(lifetimes.idle.min(lifetimes.absolute)),
            signed_out_at: None,
            epoch: user.epoch,
            device,
            renewal_hash,
        }
    }

    /// Goes on with it for somebody who has the secret with this hash; `None` when it has ended, or that is another secret.
    #[must_use]
    pub fn renew(
        &self,
        renewal_hash: &str,
        account: &Admitted,
        now: Timestamp,
        lifetimes: Lifetimes,
    ) -> Option<Self> {
        // Hashes may be compared byte by byte: who can choose neither secret nor hash learns nothing from the time it takes.
        let may = self.is_alive(account.user(), now) && self.renewal_hash == renewal_hash;
        let ends_at = now.plus(lifetimes.idle).min(self.created_at.plus(lifetimes.absolute));
        (may && ends_at > now).then(|| Self { renewed_at: Some(now), ends_at, ..self.clone() })
    }

    /// Whether it is still good for its user.
    #[must_use]
    pub fn is_alive(&self, user: &User, now: Timestamp) -> bool {
        self.signed_out_at.is_none()
            && self.ends_at > now
            && self.user_id == user.id
            && self.epoch >= user.epoch
            && user.may_sign_in()
    }

    /// When a token that is signed now ends.
    #[must_use]
    pub fn token_ends_at(&self, now: Timestamp, lifetimes: Lifetimes) -> Timestamp {
        now.plus(lifetimes.token).min(self.ends_at)
    }

    /// When somebody came last, as far as auth knows: it is asked no more often than tokens are renewed.
    #[must_use]
    pub fn last_seen_at(&self) -> Timestamp {
        self.renewed_at.unwrap_or(self.created_at)
    }

    /// Ends it; `None` when it was ended before. Its device is of no use any more.
    #[must_use]
    pub fn sign_out(&self, now: Timestamp) -> Option<Self> {
        let device = Device::default();
        let ended = Self { signed_out_at: Some(now), device, ..self.clone() };
        self.signed_out_at.is_none().then_some(ended)
    }

    /// The revocation of its tokens.
    #[must_use]
    pub fn revocation(&self, now: Timestamp) -> RevocationState {
        let revoked = Revoked::Session { session_id: self.id };
        RevocationState { revoked, revoked_at: now, forget_after: now.plus(TOKEN_LIFETIME_MAX) }
    }
}
