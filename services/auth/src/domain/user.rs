//! An account.

use contract::session::{RevocationState, Revoked, TOKEN_LIFETIME_MAX};
use contract::user::{Standing, UserState};
use contract::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::email::EmailAddress;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// 1 when made, one more with every change that others learn of.
    pub version: u64,
    /// Its e-mail address.
    pub email: EmailAddress,
    /// The hash of its password (PHC string).
    pub password_hash: String,
    /// How often the password was changed; hashing it anew is no change.
    #[serde(default)]
    pub password_changes: u64,
    /// Whether it may do what administrators may.
    pub admin: bool,
    /// Whether it may sign in.
    pub standing: Standing,
    /// The first epoch whose sessions are good; rises to end them all.
    pub epoch: u64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It changed.
    Changed(Box<User>),
    /// It was so before.
    Unchanged,
}

impl User {
    /// Makes an account.
    #[must_use]
    pub fn sign_up(id: UserId, email: EmailAddress, password_hash: String, now: Timestamp) -> Self {
        Self {
            id,
            version: 1,
            email,
            password_hash,
            password_changes: 0,
            admin: false,
            standing: Standing::Good,
            epoch: 0,
            created_at: now,
        }
    }

    /// Takes a new password; every session ends.
    #[must_use]
    pub fn change_password(&self, password_hash: String) -> Self {
        let password_changes = self.password_changes + 1;
        Self { password_hash, password_changes, ..self.end_sessions() }
    }

    /// Keeps another hash of the same password.
    #[must_use]
    pub fn rehash_password(&self, password_hash: String) -> Self {
        Self { password_hash, ..self.clone() }
    }

    /// Whether the account is let in.
    #[must_use]
    pub fn may_sign_in(&self) -> bool {
        match self.standing {
            Standing::Good => true,
            Standing::Banned => false,
        }
    }

    /// Ends every session.
    #[must_use]
    pub fn end_sessions(&self) -> Self {
        Self { epoch: self.epoch + 1, ..self.clone() }
    }

    /// Shuts the account out; every session ends.
    #[must_use]
    pub fn ban(&self) -> Outcome {
        match self.standing {
            Standing::Banned => Outcome::Unchanged,
            Standing::Good => Outcome::Changed(Box::new(Self {
                standing: Standing::Banned,
                version: self.version + 1,
                ..self.end_sessions()
            })),
        }
    }

    /// Lifts a ban. Sessions that it ended stay ended.
    #[must_use]
    pub fn unban(&self) -> Outcome {
        match self.standing {
            Standing::Good => Outcome::Unchanged,
            Standing::Banned => Outcome::Changed(Box::new(Self {
                standing: Standing::Good,
                version: self.version + 1,
                ..self.clone()
            })),
        }
    }

    /// Makes the account an administrator; every session ends, so that the next one knows.
    #[must_use]
    pub fn grant_admin(&self) -> Outcome {
        if self.admin {
            return Outcome::Unchanged;
        }
        Outcome::Changed(Box::new(Self { admin: true, ..self.end_sessions() }))
    }

    /// Takes the rights of an administrator; every session ends, since each token names them.
    #[must_use]
    pub fn revoke_admin(&self) -> Outcome {
        if !self.admin {
            return Outcome::Unchanged;
        }
        Outcome::Changed(Box::new(Self { admin: false, ..self.end_sessions() }))
    }

    /// What others learn of it.
    #[must_use]
    pub fn state(&self) -> UserState {
        let Self { id, version, standing, created_at, .. } = *self;
        UserState { id, version, standing, created_at }
    }

    /// The revocation of every session of an earlier epoch.
    #[must_use]
    pub fn revocation(&self, now: Timestamp) -> RevocationState {
        let revoked = Revoked::Account { user_id: self.id, epoch: self.epoch };
        RevocationState { revoked, revoked_at: now, forget_after: now.plus(TOKEN_LIFETIME_MAX) }
    }
}
