//! A transfer: some admissions, offered to another person. Either all of them change the holder, or
//! none.
//!
//! | command | offered | accepted | declined | cancelled | expired |
//! |---|---|---|---|---|---|
//! | claim | recipient set | `TransferEnded` | `TransferEnded` | `TransferEnded` | `TransferEnded` |
//! | accept | accepted | already applied | `TransferEnded` | `TransferEnded` | `TransferEnded` |
//! | decline | declined | `TransferEnded` | already applied | `TransferEnded` | `TransferEnded` |
//! | cancel | cancelled | `TransferEnded` | `TransferEnded` | already applied | `TransferEnded` |
//! | end (an admission is used or void) | cancelled | already applied | already applied | already applied | already applied |
//! | expire | expired | already applied | already applied | already applied | already applied |
//!
//! From the time of expiry on, claim, accept, decline and cancel are refused with `TransferEnded`
//! also while the transfer is stored as offered.

use std::time::Duration;

use contract::transfer::{TransferRecipient, TransferState, TransferStatus};
use contract::{Decided, LinkToken, Timestamp, TransferId, UserId};
use serde::{Deserialize, Serialize};

use super::admission::Admission;
use super::refusal::Refusal;

/// Time in which a transfer can be accepted: mail is read once a week at least.
pub const OPEN_FOR: Duration = Duration::from_hours(7 * 24);

/// A transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    /// Its published state.
    pub state: TransferState,
    /// SHA-256 of the secret of the link in its mail, once mail has published it; deleted at the
    /// end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_hash: Option<String>,
}

impl Transfer {
    /// Offers admissions. `title` is that of the event of the first one.
    #[must_use]
    pub fn offer(
        id: TransferId,
        (from, to): (UserId, TransferRecipient),
        admissions: &[Admission],
        title: String,
        now: Timestamp,
    ) -> Self {
        let state = TransferState {
            id,
            version: 1,
            from,
            to,
            admissions: admissions.iter().map(|admission| admission.state.id).collect(),
            title,
            status: TransferStatus::Offered,
            offered_at: now,
            expires_at: now.plus(OPEN_FOR),
        };
        Self { state, secret_hash: None }
    }

    /// Whether it was neither accepted nor ended.
    #[must_use]
    pub const fn is_offered(&self) -> bool {
        match self.state.status {
            TransferStatus::Offered => true,
            TransferStatus::Accepted { .. }
            | TransferStatus::Declined { .. }
            | TransferStatus::Cancelled { .. }
            | TransferStatus::Expired { .. } => false,
        }
    }

    /// The account of the recipient; `None` for an address.
    #[must_use]
    pub const fn recipient(&self) -> Option<UserId> {
        match self.state.to {
            TransferRecipient::User { user_id } | TransferRecipient::Claimed { user_id } => {
                Some(user_id)
            }
            TransferRecipient::Address { .. } | TransferRecipient::DeletedAddress => None,
        }
    }

    /// Whether the hash of the secret of its link is not known yet. Only a transfer to an address
    /// has a link.
    #[must_use]
    pub const fn awaits_secret(&self) -> bool {
        matches!(self.state.to, TransferRecipient::Address { .. }) && self.secret_hash.is_none()
    }

    /// Whether an account is the sender or the recipient.
    #[must_use]
    pub fn concerns(&self, user: UserId) -> bool {
        self.state.from == user || self.recipient() == Some(user)
    }

    /// Records the hash of the secret of its link, once.
    pub fn issue(&self, secret_hash: &str) -> Decided<Self> {
        match self.secret_hash {
            None if self.is_offered() => {
                let secret_hash = Some(secret_hash.to_owned());
                Decided::applied(Self { secret_hash, ..self.clone() })
            }
            None | Some(_) => Decided::AlreadyApplied,
        }
    }

    /// Makes the account that has the secret of its link the recipient. The mailbox is the proof:
    /// another account with the secret replaces the first one until the transfer ends.
    ///
    /// # Errors
    /// [`Refusal::TransferEnded`], also for another secret; [`Refusal::SameUser`] for the sender.
    pub fn claim(
        &self,
        token: &LinkToken,
        user: UserId,
        now: Timestamp,
    ) -> Result<Decided<Self>, Refusal> {
        // A comparison of variable time is safe: a client can choose neither the secret nor its
        // hash.
        let has_secret = self.secret_hash.as_deref() == Some(&token.secret_hash);
        if !has_secret || !self.is_open(now) {
            return Err(Refusal::TransferEnded);
        }
        if self.state.from == user {
            return Err(Refusal::SameUser);
        }
        if self.recipient() == Some(user) {
            return Ok(Decided::AlreadyApplied);
        }
        let to = TransferRecipient::Claimed { user_id: user };
        let state = TransferState { to, version: self.state.version + 1, ..self.state.clone() };
        Ok(Decided::applied(Self { state, ..self.clone() }))
    }

    /// Accepts it. The caller changes the holder of each admission in the same decision.
    ///
    /// # Errors
    /// [`Refusal::TransferEnded`]
    pub fn accept(&self, now: Timestamp) -> Result<Decided<Self>, Refusal> {
        match self.state.status {
            TransferStatus::Offered if self.is_open(now) => {
                Ok(self.ended(TransferStatus::Accepted { at: now }))
            }
            TransferStatus::Accepted { .. } => Ok(Decided::AlreadyApplied),
            TransferStatus::Offered
            | TransferStatus::Declined { .. }
            | TransferStatus::Cancelled { .. }
            | TransferStatus::Expired { .. } => Err(Refusal::TransferEnded),
        }
    }

    /// Declines it, as its recipient.
    ///
    /// # Errors
    /// [`Refusal::TransferEnded`]
    pub fn decline(&self, now: Timestamp) -> Result<Decided<Self>, Refusal> {
        match self.state.status {
            TransferStatus::Offered if self.is_open(now) => {
                Ok(self.ended(TransferStatus::Declined { at: now }))
            }
            TransferStatus::Declined { .. } => Ok(Decided::AlreadyApplied),
            TransferStatus::Offered
            | TransferStatus::Accepted { .. }
            | TransferStatus::Cancelled { .. }
            | TransferStatus::Expired { .. } => Err(Refusal::TransferEnded),
        }
    }

    /// Takes it back, as its sender.
    ///
    /// # Errors
    /// [`Refusal::TransferEnded`]
    pub fn cancel(&self, now: Timestamp) -> Result<Decided<Self>, Refusal> {
        match self.state.status {
            TransferStatus::Offered if self.is_open(now) => Ok(self.end(now)),
            TransferStatus::Cancelled { .. } => Ok(Decided::AlreadyApplied),
            TransferStatus::Offered
            | TransferStatus::Accepted { .. }
            | TransferStatus::Declined { .. }
            | TransferStatus::Expired { .. } => Err(Refusal::TransferEnded),
        }
    }

    /// Ends it, because one of its admissions was used or is void, or its sender is erased.
    pub fn end(&self, now: Timestamp) -> Decided<Self> {
        if !self.is_offered() {
            return Decided::AlreadyApplied;
        }
        self.ended(TransferStatus::Cancelled { at: now })
    }

    /// Ends it after the time in which it can be accepted.
    pub fn expire(&self, now: Timestamp) -> Decided<Self> {
        if !self.is_offered() || now < self.state.expires_at {
            return Decided::AlreadyApplied;
        }
        self.ended(TransferStatus::Expired { at: now })
    }

    fn is_open(&self, now: Timestamp) -> bool {
        self.is_offered() && now < self.state.expires_at
    }

    /// The address and the hash are deleted: an ended transfer needs neither.
    fn ended(&self, status: TransferStatus) -> Decided<Self> {
        let to = match self.state.to {
            TransferRecipient::User { user_id } => TransferRecipient::User { user_id },
            TransferRecipient::Claimed { user_id } => TransferRecipient::Claimed { user_id },
            TransferRecipient::Address { .. } | TransferRecipient::DeletedAddress => {
                TransferRecipient::DeletedAddress
            }
        };
        let version = self.state.version + 1;
        let state = TransferState { to, status, version, ..self.state.clone() };
        Decided::applied(Self { state, secret_hash: None })
    }
}
