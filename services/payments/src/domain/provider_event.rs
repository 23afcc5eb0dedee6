//! An event that a provider told of: a hint that something may have happened there.

use std::time::Duration;

use contract::{Backoff, PaymentId, RefundId, Timestamp};
use serde::{Deserialize, Serialize};

/// Pauses before an event is processed again.
const RETRY: Backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(30));

/// Age up to which an event is looked at again: its payment may be on its way here, or just be talked about with the provider.
/// After that the reconciliation of payments has seen it anyway.
const PATIENCE: Duration = Duration::from_mins(10);

/// An event, kept from when it was received until it is forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderEvent {
    /// The provider's name for it; told again, it is known by it.
    pub id: String,
    /// The provider's word for what happened.
    pub event_type: String,
    /// What it happened to.
    pub object: EventObject,
    /// When it was received first.
    pub received_at: Timestamp,
    /// Whether it was looked at.
    pub state: EventState,
}

/// What an event happened to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum EventObject {
    /// A payment.
    Payment {
        /// The provider's name for it.
        reference: String,
        /// Our own, where the provider says it.
        payment_id: Option<PaymentId>,
        /// Where it is said to stand.
        hint: Hint,
    },
    /// A refund.
    Refund {
        /// The provider's name for it.
        reference: String,
        /// Our own, where the provider says it.
        refund_id: Option<RefundId>,
    },
    /// Something that is of no concern here.
    Other,
}

/// Where a payment is said to stand. Never believed: it only tells whether to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// Nothing was decided yet.
    UnderWay,
    /// The payer has to do something.
    Challenged,
    /// The money is held.
    Held,
    /// The money was taken.
    Captured,
    /// The card was declined.
    Declined,
    /// The money was let go.
    Released,
    /// Money that was taken moved: a refund or a dispute that was not requested here.
    Moved,
    /// Something that is not known here.
    Anything,
}

/// Whether an event was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum EventState {
    /// It is to be looked at.
    Waiting {
        /// How often it was looked at without an end.
        attempts: u32,
        /// When it is to be.
        due_at: Timestamp,
    },
    /// It was.
    Done {
        /// What came of it.
        end: EventEnd,
        /// When.
        at: Timestamp,
    },
}

/// What came of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventEnd {
    /// The provider is asked.
    Asked,
    /// It says what is known, or what will be known without asking.
    NoNews,
    /// It is of no concern here.
    Ignored,
    /// What it happened to is not known here.
    Unknown,
    /// It could not be followed up in time; the reconciliation does.
    LeftAlone,
}

impl EventEnd {
    /// The word for it, in metrics.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::NoNews => "no_news",
            Self::Ignored => "ignored",
            Self::Unknown => "unknown",
            Self::LeftAlone => "left_alone",
        }
    }
}

impl ProviderEvent {
    /// An event received now, to be looked at as soon as possible.
    #[must_use]
    pub fn received(
        id: String,
        event_type: String,
        object: EventObject,
        received_at: Timestamp,
    ) -> Self {
        let state = EventState::Waiting { attempts: 0, due_at: received_at };
        Self { id, event_type, object, received_at, state }
    }

    /// When it is to be looked at; `None` once it was.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        match self.state {
            EventState::Waiting { due_at, .. } => Some(due_at),
            EventState::Done { .. } => None,
        }
    }

    /// It has come to this.
    #[must_use]
    pub fn ended(self, end: EventEnd, at: Timestamp) -> Self {
        Self { state: EventState::Done { end, at }, ..self }
    }

    /// It is to be looked at again, as long as there is patience; then it has come to `end`.
    #[must_use]
    pub fn postponed(self, end: EventEnd, now: Timestamp) -> Self {
        match self.state {
            EventState::Waiting { attempts, .. } if now.since(self.received_at) < PATIENCE => {
                let attempts = attempts + 1;
                let due_at = now.plus(RETRY.pause(attempts));
                let state = EventState::Waiting { attempts, due_at };
                Self { state, ..self }
            }
            EventState::Waiting { .. } => self.ended(end, now),
            EventState::Done { .. } => self,
        }
    }
}
