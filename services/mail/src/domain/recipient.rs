//! A recipient: the mails of one kind to an address within an hour, and a refusal of its server.

use std::time::Duration;

use contract::Timestamp;
use serde::{Deserialize, Serialize};

/// Mails of one kind to an address within an hour: more than a person orders, sells and requests.
/// Further letters wait for the next hour.
pub const HOURLY_MAX: u32 = 30;

const HOUR: Duration = Duration::from_hours(1);

/// Time after which a refused address is tried again: mailboxes are created and repaired.
pub const REFUSAL_KEPT: Duration = Duration::from_hours(30 * 24);

/// The recent mails to an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recipient {
    /// Hash of the address and the kind.
    pub id: String,
    /// Start of the present hour.
    pub since: Timestamp,
    /// Number of attempts in it.
    pub attempts: u32,
    /// When its server refused the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_at: Option<Timestamp>,
    /// When the document is deleted.
    pub forget_after: Timestamp,
}

/// Whether a mail may be sent to a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// It may; the attempt is counted.
    Admitted(Recipient),
    /// The limit is reached until this time.
    Full(Timestamp),
}

impl Recipient {
    /// A recipient without mails.
    #[must_use]
    pub const fn none(id: String, now: Timestamp) -> Self {
        Self { id, since: now, attempts: 0, refused_at: None, forget_after: now }
    }

    /// Counts an attempt, unless the limit is reached. A refusal is kept: it may be of another
    /// address with the same count.
    #[must_use]
    pub fn admit(&self, now: Timestamp) -> Admission {
        let is_new_hour = now.apart(self.since) >= HOUR;
        let (since, attempts) = if is_new_hour { (now, 0) } else { (self.since, self.attempts) };
        if attempts >= HOURLY_MAX {
            return Admission::Full(since.plus(HOUR));
        }
        Admission::Admitted(Self {
            id: self.id.clone(),
            since,
            attempts: attempts + 1,
            refused_at: self.refused_at.filter(|_| self.is_refused(now)),
            forget_after: self.forget_after.max(now.plus(HOUR)),
        })
    }

    /// Uncounts an attempt that brought nothing to the mailbox.
    #[must_use]
    pub fn uncount(&self) -> Self {
        Self { attempts: self.attempts.saturating_sub(1), ..self.clone() }
    }

    /// Whether the server of the address has refused it, recently.
    #[must_use]
    pub fn is_refused(&self, now: Timestamp) -> bool {
        self.refused_at.is_some_and(|at| now < at.plus(REFUSAL_KEPT))
    }

    /// Records that the server of the address refuses it.
    #[must_use]
    pub fn refuse(&self, now: Timestamp) -> Self {
        Self { refused_at: Some(now), forget_after: now.plus(REFUSAL_KEPT), ..self.clone() }
    }
}
