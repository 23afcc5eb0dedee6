//! A letter: a mail that is owed to a person, until it is sent or ends unsent.

use std::time::Duration;

use contract::{Backoff, Language, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::content::Content;
use super::delivery::FailureKind;

/// Longest id: that of a changed show, `show.` with two ids, and the largest version between them.
/// It is part of a Message-ID.
pub const ID_LENGTH_MAX: usize = "show.".len() + 24 + 1 + 20 + 1 + 24;

/// Age at which a letter without an end of its own is no longer sent: after a longer outage a
/// receipt or a notice is found on the pages.
pub const OWED_MAX: Duration = Duration::from_hours(72);

/// Retention of settled letters. Far longer than [`OWED_MAX`], so that a repeated message does not
/// create a letter again.
pub const SETTLED_KEPT: Duration = Duration::from_hours(30 * 24);

/// Time for which an attempt reserves its letter. Longer than the longest attempt; after a crash
/// another attempt begins then.
pub const LEASE: Duration = Duration::from_mins(5);

/// Pauses after temporary failures (RFC 5321, 4.5.4.1, suggests at least 30 minutes for most mail;
/// a person waits for a link, so that the first ones are shorter).
const PAUSES: Backoff = Backoff::new(Duration::from_secs(30), Duration::from_hours(1));

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Letter {
    /// The fact of which the letter informs, such as `order.ID.receipt`: a fact has one letter,
    /// however often its message arrives.
    pub id: String,
    /// The account; `None` before the address has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The recipient.
    #[serde(flatten)]
    pub recipient: To,
    /// The content.
    pub content: Content,
    /// When it became owed.
    pub created_at: Timestamp,
    /// When it is no longer sent.
    pub ends_at: Timestamp,
    /// Number of attempts to send it.
    pub attempts: u32,
    /// Its state.
    pub state: LetterState,
}

/// The recipient of a letter.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum To {
    /// One address, whichever account has it.
    Address {
        /// The address.
        #[debug("…")]
        email: String,
        /// The language of the request.
        language: Language,
    },
    /// The verified address of the account at the time of sending.
    Account,
}

/// The state of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum LetterState {
    /// It is to be sent.
    Owed {
        /// When the next attempt begins.
        due_at: Timestamp,
    },
    /// A server accepted it.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// It is not sent any more.
    Unsent {
        /// When that was decided.
        at: Timestamp,
        /// The reason.
        reason: Unsent,
        /// The last reply of the server, if it was attempted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        response: Option<String>,
    },
}

/// Reason for which a letter is not sent any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unsent {
    /// Its content is no longer true: a link was used, a show changed again.
    Obsolete,
    /// The account has switched such mails off.
    SwitchedOff,
    /// The account had no verified address in time.
    NoAddress,
    /// The server of the recipient refuses the address.
    AddressRefused,
    /// The server refuses the mail.
    Rejected,
    /// No attempt succeeded in time.
    TooLate,
}

impl Unsent {
    /// The name, as it is serialised.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Obsolete => "obsolete",
            Self::SwitchedOff => "switched_off",
            Self::NoAddress => "no_address",
            Self::AddressRefused => "address_refused",
            Self::Rejected => "rejected",
            Self::TooLate => "too_late",
        }
    }

    /// Whether the mail was lost: its content was still true, and its recipient wanted it.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        match self {
            Self::Obsolete | Self::SwitchedOff | Self::NoAddress => false,
            Self::AddressRefused | Self::Rejected | Self::TooLate => true,
        }
    }
}

impl Letter {
    /// A letter to an account about a fact of `since`; `None` if the fact is too old.
    #[must_use]
    pub fn to_account(
        id: String,
        user: UserId,
        content: Content,
        (since, now): (Timestamp, Timestamp),
    ) -> Option<Self> {
        let letter = Self::about(id, content, (since, now))?;
        Some(Self { user_id: Some(user), ..letter })
    }

    /// A letter about a fact of `since`, whose recipient the caller adds; `None` if the fact is too
    /// old.
    #[must_use]
    pub fn about(
        id: String,
        content: Content,
        (since, now): (Timestamp, Timestamp),
    ) -> Option<Self> {
        let ends_at = since.plus(OWED_MAX);
        (now < ends_at).then_some(Self {
            id,
            user_id: None,
            recipient: To::Account,
            content,
            created_at: now,
            ends_at,
            attempts: 0,
            state: LetterState::Owed { due_at: now },
        })
    }

    /// Whether it is owed.
    #[must_use]
    pub const fn is_owed(&self) -> bool {
        match self.state {
            LetterState::Owed { .. } => true,
            LetterState::Sent { .. } | LetterState::Unsent { .. } => false,
        }
    }

    /// Whether it is about the account: a person may wait for it.
    #[must_use]
    pub const fn is_notice(&self) -> bool {
        match self.content {
            Content::Notice(_) => true,
            Content::Receipt(_)
            | Content::Refund(_)
            | Content::Transfer(_)
            | Content::ShowChange(_)
            | Content::FirstSale(_)
            | Content::DailySales(_) => false,
        }
    }

    /// Whether it is owed, and was not attempted: the account may have no verified address.
    #[must_use]
    pub const fn waits_for_address(&self) -> bool {
        self.is_owed() && self.attempts == 0
    }

    /// When the next attempt begins, while it is owed.
    #[must_use]
    pub const fn due_at(&self) -> Option<Timestamp> {
        match self.state {
            LetterState::Owed { due_at } => Some(due_at),
            LetterState::Sent { .. } | LetterState::Unsent { .. } => None,
        }
    }

    /// Whether the mail was lost.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        match self.state {
            LetterState::Unsent { reason, .. } => reason.is_failure(),
            LetterState::Owed { .. } | LetterState::Sent { .. } => false,
        }
    }

    /// When it was settled.
    #[must_use]
    pub const fn settled_at(&self) -> Option<Timestamp> {
        match self.state {
            LetterState::Owed { .. } => None,
            LetterState::Sent { at } | LetterState::Unsent { at, .. } => Some(at),
        }
    }

    /// Begins an attempt: reserves the letter for the time of [`LEASE`].
    #[must_use]
    pub fn attempt(&self, now: Timestamp) -> Self {
        let attempts = self.attempts.saturating_add(1);
        Self { attempts, ..self.due(now.plus(LEASE)) }
    }

    /// The letter, due at another time.
    #[must_use]
    pub fn due(&self, due_at: Timestamp) -> Self {
        Self { state: LetterState::Owed { due_at }, ..self.clone() }
    }

    /// Gives back an attempt that was not begun. `due_at` is that of before the attempt, so that
    /// the letter keeps its place in the queue.
    #[must_use]
    pub fn not_attempted(&self, due_at: Timestamp) -> Self {
        Self { attempts: self.attempts.saturating_sub(1), ..self.due(due_at) }
    }

    /// Records that a server accepted the mail.
    #[must_use]
    pub fn sent(&self, now: Timestamp) -> Self {
        self.settle(LetterState::Sent { at: now })
    }

    /// Ends the letter unsent.
    #[must_use]
    pub fn end(&self, reason: Unsent, response: Option<String>, now: Timestamp) -> Self {
        self.settle(LetterState::Unsent { at: now, reason, response })
    }

    /// Records a failed attempt: a pause after a temporary failure, else the end.
    #[must_use]
    pub fn fail(&self, kind: FailureKind, response: String, now: Timestamp) -> Self {
        let reason = match kind {
            FailureKind::RecipientRefused => Unsent::AddressRefused,
            FailureKind::Rejected => Unsent::Rejected,
            FailureKind::Temporary | FailureKind::Unreachable => {
                let due_at = now.plus(PAUSES.pause(self.attempts));
                if due_at < self.ends_at {
                    return self.due(due_at);
                }
                Unsent::TooLate
            }
        };
        self.end(reason, Some(response), now)
    }

    /// Whether the letter was lost and may be sent again: not mails with links, whose secrets are
    /// deleted, and not offers, which may have ended since.
    #[must_use]
    pub const fn may_retry(&self) -> bool {
        let is_bound = match &self.content {
            Content::Notice(notice) => notice.subject.has_link(),
            Content::Transfer(transfer) => transfer.news.is_offer(),
            Content::Receipt(_)
            | Content::Refund(_)
            | Content::ShowChange(_)
            | Content::FirstSale(_)
            | Content::DailySales(_) => false,
        };
        self.has_failed() && !is_bound
    }

    /// The letter, owed again on request of an administrator; `None` unless it may.
    #[must_use]
    pub fn retry(&self, now: Timestamp) -> Option<Self> {
        let ends_at = now.plus(OWED_MAX);
        self.may_retry().then(|| Self { attempts: 0, ends_at, ..self.due(now) })
    }

    /// A settled letter has no secret.
    fn settle(&self, state: LetterState) -> Self {
        let mut settled = Self { state, ..self.clone() };
        match &mut settled.content {
            Content::Notice(notice) => notice.link = None,
            Content::Transfer(transfer) => transfer.link = None,
            Content::Receipt(_)
            | Content::Refund(_)
            | Content::ShowChange(_)
            | Content::FirstSale(_)
            | Content::DailySales(_) => {}
        }
        settled
    }
}
