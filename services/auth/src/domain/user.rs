//! An account, and the proof that it may sign in.

use std::time::Duration;

use contract::contact::ContactState;
use contract::session::{RevocationState, Revoked, TOKEN_LIFETIME_MAX};
use contract::user::{AccountStatus, UserState};
use contract::{Decided, Language, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use contract::EmailAddress;

/// The accounts that may offer tickets and place orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trading {
    /// Every account. A sign-up starts a session.
    Everyone,
    /// Accounts with a verified address. A sign-up begins with the link of a mail, and its response
    /// does not reveal whether the address has an account.
    Verified,
}

/// Time within which a change of the address can be undone: the owner may be away from the mailbox
/// for days.
pub const UNDO_LIFETIME: Duration = Duration::from_hours(7 * 24);

/// Changes of the address within a week: far more than an owner makes, and few enough to be recorded.
pub(super) const UNDOABLE_MAX: usize = 10;

/// In place of a hash: no password has it.
const NO_PASSWORD: &str = "";

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
    /// Whether the owner has proved that the address receives mail.
    #[serde(default)]
    pub is_verified: bool,
    /// The language of the browser at the sign-up.
    #[serde(default)]
    pub language: Language,
    /// Version of the published address, verification and language.
    #[serde(default)]
    pub contact_version: u64,
    /// Number of changes of the address.
    #[serde(default)]
    pub address_changes: u64,
    /// The changes of the address that can be undone, oldest first.
    #[serde(default)]
    pub undoable: Vec<AddressChange>,
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

/// A change of the address that the reader of the earlier address can undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressChange {
    /// Its number.
    pub number: u64,
    /// Whether the second factor was on before it.
    pub had_factor: bool,
    /// When it can no longer be undone.
    pub until: Timestamp,
}

/// An account that may sign in, as read by the decision that created this value.
///
/// Renewing a session requires this type, and starting or signing one an
/// [`Authenticated`](super::Authenticated) made of it. Only [`User::admit`] creates it, so that no
/// route can skip the check.
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
    pub fn sign_up(
        id: UserId,
        (email, language): (EmailAddress, Language),
        password_hash: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            version: 1,
            email,
            is_verified: false,
            language,
            contact_version: 1,
            address_changes: 0,
            undoable: Vec::new(),
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

    /// Sets the password of the owner who read the mail of the address, which is verified thereby;
    /// every session ends.
    #[must_use]
    pub fn reset_password(&self, password_hash: String) -> Self {
        self.change_password(password_hash).verify()
    }

    /// Records that the owner reads the mail of the address.
    #[must_use]
    pub fn verify(&self) -> Self {
        if self.is_verified {
            return self.clone();
        }
        let contact_version = self.contact_version + 1;
        Self { is_verified: true, contact_version, ..self.clone() }
    }

    /// Whether the address may change again.
    ///
    /// # Errors
    /// [`Refusal::ChangedOften`]: a change that cannot be recorded could not be undone.
    pub fn may_change_address(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.undoable_at(now).len() < UNDOABLE_MAX { Ok(()) } else { Err(Refusal::ChangedOften) }
    }

    /// Changes the address, whose mail the owner reads. The reader of the earlier address can undo
    /// it, if that was verified. `had_factor`: whether the second factor is on.
    ///
    /// # Errors
    /// As [`User::may_change_address`].
    pub fn change_address(
        &self,
        email: EmailAddress,
        had_factor: bool,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        self.may_change_address(now)?;
        let changed = self.with_address(email);
        let mut undoable = self.undoable_at(now);
        if self.is_verified {
            let (number, until) = (changed.address_changes, now.plus(UNDO_LIFETIME));
            undoable.push(AddressChange { number, had_factor, until });
        }
        Ok(Self { undoable, ..changed })
    }

    /// Undoes a change and every later one, for the reader of the address before it, and removes the
    /// password, which the person who changed the address may know. Every session ends. Earlier
    /// changes can still be undone: a thief who changes the address twice reads one of the mails.
    #[must_use]
    pub fn restore_address(&self, email: EmailAddress, change: u64) -> Self {
        let restored = self.with_address(email).change_password(NO_PASSWORD.to_owned());
        let earlier = self.undoable.iter().filter(|known| known.number < change);
        Self { undoable: earlier.cloned().collect(), ..restored }
    }

    /// A change of the address that can be undone.
    #[must_use]
    pub fn undoable(&self, change: u64) -> Option<&AddressChange> {
        self.undoable.iter().find(|known| known.number == change)
    }

    fn undoable_at(&self, now: Timestamp) -> Vec<AddressChange> {
        self.undoable.iter().filter(|known| now < known.until).cloned().collect()
    }

    fn with_address(&self, email: EmailAddress) -> Self {
        let (contact_version, address_changes) =
            (self.contact_version + 1, self.address_changes + 1);
        Self { email, is_verified: true, contact_version, address_changes, ..self.clone() }
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

    /// Published address.
    #[must_use]
    pub fn contact(&self) -> ContactState {
        ContactState {
            user_id: self.id,
            // An account that is older than published addresses has version 0.
            version: self.contact_version.max(1),
            email: self.email.as_str().to_owned(),
            is_verified: self.is_verified,
            language: self.language,
        }
    }

    /// Revocation of every session of an earlier epoch.
    #[must_use]
    pub fn revocation(&self, now: Timestamp) -> RevocationState {
        let revoked = Revoked::Account { user_id: self.id, epoch: self.epoch };
        RevocationState { revoked, revoked_at: now, forget_after: now.plus(TOKEN_LIFETIME_MAX) }
    }
}
