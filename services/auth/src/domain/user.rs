//! An account, and the proof that it may sign in.

use contract::session::{RevocationState, Revoked, TOKEN_LIFETIME_MAX};
use contract::user::{AccountStatus, UserState};
use contract::{Decided, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::email::EmailAddress;
use super::refusal::Refusal;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Id of the account.
    pub id: UserId,
    /// 1 at first, plus one for every published change.
    pub version: u64,
    /// E-mail address.
    pub email: EmailAddress,
    /// Hash of the password (PHC string).
    pub password_hash: String,
    /// Number of password changes; a rehash does not count.
    #[serde(default)]
    pub password_changes: u64,
    /// Whether the account has the administrator role.
    pub admin: bool,
    /// Whether the account may sign in.
    #[serde(rename = "standing")]
    pub status: AccountStatus,
    /// First valid epoch of sessions; raised to end all sessions.
    pub epoch: u64,
    /// Time of creation.
    pub created_at: Timestamp,
}

/// An account that may sign in, as read by the decision that created this value.
///
/// Starting, renewing and signing a session require this type, and only [`User::admit`] creates it,
/// so that no route can skip the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted(User);

impl Admitted {
    /// The account.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.0
    }
}

impl User {
    /// Creates an account.
    #[must_use]
    pub fn sign_up(id: UserId, email: EmailAddress, password_hash: String, now: Timestamp) -> Self {
        Self {
            id,
            version: 1,
            email,
            password_hash,
            password_changes: 0,
            admin: false,
            status: AccountStatus::Active,
            epoch: 0,
            created_at: now,
        }
    }

    /// Changes the password; every session ends.
    #[must_use]
    pub fn change_password(&self, password_hash: String) -> Self {
        let password_changes = self.password_changes + 1;
        Self { password_hash, password_changes, ..self.end_sessions() }
    }

    /// Stores another hash of the same password.
    #[must_use]
    pub fn rehash_password(&self, password_hash: String) -> Self {
        Self { password_hash, ..self.clone() }
    }

    /// Whether the account may sign in.
    #[must_use]
    pub fn may_sign_in(&self) -> bool {
        match self.status {
            AccountStatus::Active => true,
            AccountStatus::Banned => false,
        }
    }

    /// Admits the account to a session.
    ///
    /// # Errors
    /// [`Refusal::Banned`].
    pub fn admit(self) -> Result<Admitted, Refusal> {
        if self.may_sign_in() { Ok(Admitted(self)) } else { Err(Refusal::Banned) }
    }

    /// Ends every session.
    #[must_use]
    pub fn end_sessions(&self) -> Self {
        Self { epoch: self.epoch + 1, ..self.clone() }
    }

    /// Bans the account; every session ends.
    pub fn ban(&self) -> Decided<User> {
        match self.status {
            AccountStatus::Banned => Decided::AlreadyApplied,
            AccountStatus::Active => Decided::applied(Self {
                status: AccountStatus::Banned,
                version: self.version + 1,
                ..self.end_sessions()
            }),
        }
    }

    /// Lifts a ban. Ended sessions remain ended.
    pub fn unban(&self) -> Decided<User> {
        match self.status {
            AccountStatus::Active => Decided::AlreadyApplied,
            AccountStatus::Banned => Decided::applied(Self {
                status: AccountStatus::Active,
                version: self.version + 1,
                ..self.clone()
            }),
        }
    }

    /// Grants the administrator role; every session ends, because each token contains the role.
    pub fn grant_admin(&self) -> Decided<User> {
        if self.admin {
            return Decided::AlreadyApplied;
        }
        Decided::applied(Self { admin: true, ..self.end_sessions() })
    }

    /// Revokes the administrator role; every session ends, because each token contains the role.
    pub fn revoke_admin(&self) -> Decided<User> {
        if !self.admin {
            return Decided::AlreadyApplied;
        }
        Decided::applied(Self { admin: false, ..self.end_sessions() })
    }

    /// Published state.
    #[must_use]
    pub fn state(&self) -> UserState {
        let Self { id, version, status, created_at, .. } = *self;
        UserState { id, version, status, created_at }
    }

    /// Revocation of every session of an earlier epoch.
    #[must_use]
    pub fn revocation(&self, now: Timestamp) -> RevocationState {
        let revoked = Revoked::Account { user_id: self.id, epoch: self.epoch };
        RevocationState { revoked, revoked_at: now, forget_after: now.plus(TOKEN_LIFETIME_MAX) }
    }
}
