//! One-time links of mails: each proves that the person who follows it reads the mail of an
//! address.
//!
//! | attacker | limit |
//! |---|---|
//! | guesses a link | 256 random bits, of which only the hash is stored, for the time of a link |
//! | signs up with the address of another person | the account begins when its link *and* its password are given |
//! | created an account with the address before its owner came | a reset takes the account over: sessions, second factor and known devices end |
//! | holds a session and wants another address | requires the password, and a code of a second factor that is on; the old address can undo it |
//! | changed the address, changes it again and undoes that | undoing a change ends the links of later ones only; a second factor that was switched on after it ends |
//! | requests mails for another person's address | [`LinkRequests::HOURLY_MAX`] in an hour; the response is the same |
//! | reads a used or an older mail | a link has one effect, and none after the password or the address changed |

use std::time::Duration;

use contract::notice::{NoticeState, NoticeSubject};
use contract::{Decided, Id, Language, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::user::{UNDO_LIFETIME, User};
use contract::EmailAddress;

/// Lifetime of links that verify an address: mail may be read the next morning.
pub const VERIFICATION_LIFETIME: Duration = Duration::from_hours(24);

/// Lifetime of links that set a password: the person waits for the mail. Within the bounds of
/// OWASP's cheat sheet (20 to 60 minutes).
pub const RESET_LIFETIME: Duration = Duration::from_mins(30);

/// Wrong passwords after which the link of a sign-up ends; the person signs up again.
pub const SIGN_UP_GUESSES_MAX: u32 = 5;

/// A one-time link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// Id of the link and of its notice.
    pub id: Id,
    /// The address to which it is sent.
    pub email: EmailAddress,
    /// The language of the mail.
    pub language: Language,
    /// Its effect.
    #[serde(flatten)]
    pub purpose: Purpose,
    /// SHA-256 of its secret, once mail has published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_hash: Option<String>,
    /// When it was requested.
    pub created_at: Timestamp,
    /// When it expires.
    pub ends_at: Timestamp,
}

/// The effect of a link. `Debug` hides the hash of a password.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "purpose", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Purpose {
    /// Creates the account of a sign-up.
    SignUp {
        /// The future account.
        user_id: UserId,
        /// Hash of its password (PHC string).
        #[debug("…")]
        password_hash: String,
        /// Wrong passwords given with the link.
        wrong: u32,
    },
    /// Verifies the account's address.
    VerifyAddress {
        /// The account.
        user_id: UserId,
    },
    /// Changes the account's address to that of the link.
    ChangeAddress {
        /// The account.
        user_id: UserId,
        /// The epoch of its sessions at the request. It ends with them: a thief who requested it
        /// loses it with the session.
        epoch: u64,
    },
    /// Restores the address of the link.
    UndoChange {
        /// The account.
        user_id: UserId,
        /// Number of the undone change.
        change: u64,
        /// The new address, abbreviated.
        #[debug("…")]
        new_email: String,
    },
    /// Sets another password.
    ResetPassword {
        /// The account.
        user_id: UserId,
        /// Number of password changes at the request.
        password_changes: u64,
    },
}

impl Link {
    /// A link without its secret.
    #[must_use]
    pub fn request(
        id: Id,
        (email, language): (EmailAddress, Language),
        purpose: Purpose,
        now: Timestamp,
    ) -> Self {
        let lifetime = match purpose {
            Purpose::SignUp { .. }
            | Purpose::VerifyAddress { .. }
            | Purpose::ChangeAddress { .. } => VERIFICATION_LIFETIME,
            Purpose::UndoChange { .. } => UNDO_LIFETIME,
            Purpose::ResetPassword { .. } => RESET_LIFETIME,
        };
        let ends_at = now.plus(lifetime);
        Self { id, email, language, purpose, secret_hash: None, created_at: now, ends_at }
    }

    /// Records the hash of the secret, once.
    pub fn issue(&self, secret_hash: &str) -> Decided<Self> {
        match self.secret_hash {
            Some(_) => Decided::AlreadyApplied,
            None => {
                Decided::applied(Self { secret_hash: Some(secret_hash.to_owned()), ..self.clone() })
            }
        }
    }

    /// Whether the link has this secret and has not expired.
    #[must_use]
    pub fn is_open(&self, secret_hash: &str, now: Timestamp) -> bool {
        // A comparison of variable time is safe: a client can choose neither the secret nor its
        // hash.
        self.secret_hash.as_deref() == Some(secret_hash) && now < self.ends_at
    }

    /// The account, or the future one.
    #[must_use]
    pub const fn user_id(&self) -> UserId {
        match self.purpose {
            Purpose::SignUp { user_id, .. }
            | Purpose::VerifyAddress { user_id }
            | Purpose::ChangeAddress { user_id, .. }
            | Purpose::UndoChange { user_id, .. }
            | Purpose::ResetPassword { user_id, .. } => user_id,
        }
    }

    /// Whether the link still has its effect on the account.
    #[must_use]
    pub fn is_valid_for(&self, user: &User) -> bool {
        self.user_id() == user.id
            && match self.purpose {
                Purpose::SignUp { .. } => false,
                Purpose::VerifyAddress { .. } => !user.is_verified && user.email == self.email,
                Purpose::ChangeAddress { epoch, .. } => user.epoch == epoch,
                Purpose::UndoChange { change, .. } => user.undoable(change).is_some(),
                Purpose::ResetPassword { password_changes, .. } => {
                    user.password_changes == password_changes && user.email == self.email
                }
            }
    }

    /// Counts a wrong password, given with the link of a sign-up.
    ///
    /// # Errors
    /// [`Refusal::LinkEnded`] after [`SIGN_UP_GUESSES_MAX`].
    pub fn guess(&self) -> Result<Self, Refusal> {
        let mut guessed = self.clone();
        if let Purpose::SignUp { wrong, .. } = &mut guessed.purpose {
            if *wrong >= SIGN_UP_GUESSES_MAX {
                return Err(Refusal::LinkEnded);
            }
            *wrong += 1;
        }
        Ok(guessed)
    }

    /// The mail with the link.
    #[must_use]
    pub fn notice(&self) -> NoticeState {
        let subject = match &self.purpose {
            Purpose::SignUp { .. } => NoticeSubject::SignUp,
            Purpose::VerifyAddress { .. } => NoticeSubject::VerifyAddress,
            Purpose::ChangeAddress { .. } => NoticeSubject::ChangeAddress,
            Purpose::UndoChange { new_email, .. } => {
                NoticeSubject::AddressChanged { new_email: new_email.clone() }
            }
            Purpose::ResetPassword { .. } => NoticeSubject::ResetPassword,
        };
        let user_id = match self.purpose {
            Purpose::SignUp { .. } => None,
            Purpose::VerifyAddress { .. }
            | Purpose::ChangeAddress { .. }
            | Purpose::UndoChange { .. }
            | Purpose::ResetPassword { .. } => Some(self.user_id()),
        };
        NoticeState {
            id: self.id,
            version: 1,
            user_id,
            email: self.email.as_str().to_owned(),
            language: self.language,
            subject,
            requested_at: self.created_at,
            ends_at: self.ends_at,
        }
    }

    /// The mail, which is not to be sent any more.
    #[must_use]
    pub fn withdrawn(&self) -> NoticeState {
        NoticeState { version: 2, ..self.notice() }
    }
}

/// A request of a link that sets a password, for an address with or without an account, until the
/// link is sent. `Debug` hides the address.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResetRequest {
    /// The id, also of the link.
    pub id: Id,
    /// The forms of the address.
    #[debug("…")]
    pub forms: Vec<EmailAddress>,
    /// The language of the request.
    pub language: Language,
    /// When it was made.
    pub requested_at: Timestamp,
}

/// Recent requests of mails for one address, with or without an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkRequests {
    /// Hash of the address.
    pub id: String,
    /// Times of the requests of the last hour.
    pub times: Vec<Timestamp>,
    /// When the document is deleted.
    pub forget_after: Timestamp,
}

impl LinkRequests {
    /// Requests in an hour: a person who mistypes and tries again needs three.
    pub const HOURLY_MAX: usize = 5;

    const HOUR: Duration = Duration::from_hours(1);

    /// An address without requests.
    #[must_use]
    pub const fn none(id: String, now: Timestamp) -> Self {
        Self { id, times: Vec::new(), forget_after: now }
    }

    /// Counts a request; `None` if there were too many: no mail is sent, and the response is the
    /// same.
    #[must_use]
    pub fn count(&self, now: Timestamp) -> Option<Self> {
        let recent = self.times.iter().filter(|time| now.apart(**time) < Self::HOUR);
        let mut times: Vec<_> = recent.copied().collect();
        if times.len() >= Self::HOURLY_MAX {
            return None;
        }
        times.push(now);
        Some(Self { id: self.id.clone(), times, forget_after: now.plus(Self::HOUR) })
    }
}
