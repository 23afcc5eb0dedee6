//! A session: from sign-in to sign-out or expiry.

use std::time::Duration;

use contract::session::{RevocationState, Revoked, TOKEN_LIFETIME_MAX};
use contract::{SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::authenticated::Authenticated;
use super::user::{Admitted, User};

/// Maximum length of a stored `User-Agent`; those of browsers have up to some 180 characters.
const DEVICE_CHARACTERS_MAX: usize = 200;

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Id of the session.
    pub id: SessionId,
    /// The user.
    pub user_id: UserId,
    /// Time of the sign-in.
    pub created_at: Timestamp,
    /// Time of the last renewal, if any.
    #[serde(default)]
    pub renewed_at: Option<Timestamp>,
    /// When the session ends unless it is renewed before.
    pub ends_at: Timestamp,
    /// When the session was ended before that.
    pub signed_out_at: Option<Timestamp>,
    /// Epoch of the account at the sign-in; a later epoch ends the session.
    #[serde(default)]
    pub epoch: u64,
    /// Device of the sign-in.
    #[serde(default)]
    pub device: Device,
    /// SHA-256 of the renewal secret; empty if the session cannot be renewed.
    #[serde(default)]
    pub renewal_hash: String,
}

/// Lifetimes of sessions and tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// Lifetime of a token: the longest time for which another service accepts an ended session.
    pub token: Duration,
    /// Lifetime of a session without renewal.
    pub idle: Duration,
    /// Maximum lifetime of a session.
    pub absolute: Duration,
}

impl Session {
    /// Starts a session of a user.
    #[must_use]
    pub fn begin(
        id: SessionId,
        account: &Authenticated,
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

    /// Renews the session for the secret with this hash; `None` if the session has ended or the
    /// secret is another.
    #[must_use]
    pub fn renew(
        &self,
        renewal_hash: &str,
        account: &Admitted,
        now: Timestamp,
        lifetimes: Lifetimes,
    ) -> Option<Self> {
        // A comparison of variable time is safe: a client can choose neither the secret nor its
        // hash.
        let may = self.is_alive(account.user(), now) && self.renewal_hash == renewal_hash;
        let ends_at = now.plus(lifetimes.idle).min(self.created_at.plus(lifetimes.absolute));
        (may && ends_at > now).then(|| Self { renewed_at: Some(now), ends_at, ..self.clone() })
    }

    /// Whether the session is active.
    #[must_use]
    pub fn is_alive(&self, user: &User, now: Timestamp) -> bool {
        self.signed_out_at.is_none()
            && self.ends_at > now
            && self.user_id == user.id
            && self.epoch >= user.epoch
            && user.may_sign_in()
    }

    /// End of a token signed at `now`.
    #[must_use]
    pub fn token_ends_at(&self, now: Timestamp, lifetimes: Lifetimes) -> Timestamp {
        now.plus(lifetimes.token).min(self.ends_at)
    }

    /// Time of the last use known to auth, which is the last renewal or the sign-in.
    #[must_use]
    pub fn last_seen_at(&self) -> Timestamp {
        self.renewed_at.unwrap_or(self.created_at)
    }

    /// Ends the session; `None` if it had ended. Deletes the device, which is no longer shown.
    #[must_use]
    pub fn sign_out(&self, now: Timestamp) -> Option<Self> {
        let device = Device::default();
        let ended = Self { signed_out_at: Some(now), device, ..self.clone() };
        self.signed_out_at.is_none().then_some(ended)
    }

    /// Revocation of the session's tokens.
    #[must_use]
    pub fn revocation(&self, now: Timestamp) -> RevocationState {
        let revoked = Revoked::Session { session_id: self.id };
        RevocationState { revoked, revoked_at: now, forget_after: now.plus(TOKEN_LIFETIME_MAX) }
    }
}

/// `User-Agent` of a browser or program: printable, bounded and unverified. Shown to the account's
/// owner only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device(String);

impl Device {
    /// The device with this `User-Agent`.
    #[must_use]
    pub fn of(user_agent: &str) -> Self {
        let printable = user_agent.chars().filter(|c| c.is_ascii_graphic() || *c == ' ');
        Self(printable.take(DEVICE_CHARACTERS_MAX).collect::<String>().trim().to_owned())
    }

    /// The text; empty without a `User-Agent`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
