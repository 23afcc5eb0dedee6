//! An event of the provider: a hint that something may have happened there.

use std::time::Duration;

use contract::{Backoff, PaymentId, RefundId, Timestamp};
use serde::{Deserialize, Serialize};

/// Delays between attempts to process an event.
const RETRY: Backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(30));

/// Age up to which an event is retried: its payment may not be stored yet, or be in a call to the
/// provider. After that the reconciliation of payments has processed it.
const AGE_MAX: Duration = Duration::from_mins(10);

/// A stored event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderEvent {
    /// The provider's id; repeated deliveries have the same id.
    pub id: String,
    /// The provider's name of the event type.
    pub event_type: String,
    pub(crate) object: EventObject,
    /// Time of the first receipt.
    pub(crate) received_at: Timestamp,
    /// The state of its processing.
    pub state: EventState,
}

/// The object of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum EventObject {
    /// A payment.
    Payment {
        /// The provider's id.
        reference: String,
        /// The id of the payment, if the event contains it.
        payment_id: Option<PaymentId>,
        /// The reported state.
        #[serde(rename = "hint")]
        reported: ReportedStatus,
    },
    /// A refund.
    Refund {
        /// The provider's id.
        reference: String,
        /// The id of the refund, if the event contains it.
        refund_id: Option<RefundId>,
    },
    /// Any other object.
    Other,
}

/// The reported state of a payment. It is not trusted; it only decides whether to inquire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportedStatus {
    /// Not decided yet.
    UnderWay,
    /// The payer must act.
    Challenged,
    /// Authorised.
    Held,
    /// Captured.
    Captured,
    /// The card was declined.
    Declined,
    /// Released.
    Released,
    /// Captured money moved: a refund or dispute that was not requested here.
    Moved,
    /// Of another event type.
    Anything,
}

/// State of an event's processing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum EventState {
    /// Waits to be processed.
    Waiting {
        /// Number of attempts.
        attempts: u32,
        /// Time of the next attempt.
        due_at: Timestamp,
    },
    /// Processed.
    Done {
        /// The result.
        end: EventResult,
        /// The time.
        at: Timestamp,
    },
}

/// Result of processing an event; its `Display` is the label in metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, derive_more::Display)]
#[serde(rename_all = "snake_case")]
#[display(rename_all = "snake_case")]
pub enum EventResult {
    /// An inquiry at the provider is requested.
    #[serde(rename = "asked")]
    #[display("asked")]
    InquiryRequested,
    /// The state is known, or will be without an inquiry.
    NoNews,
    /// Not relevant.
    Ignored,
    /// The object is not known.
    Unknown,
    /// Not processed in time; left to the reconciliation.
    LeftAlone,
}

impl ProviderEvent {
    /// A new event, due at once.
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

    /// The time of the next attempt; `None` if it is processed.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        match self.state {
            EventState::Waiting { due_at, .. } => Some(due_at),
            EventState::Done { .. } => None,
        }
    }

    pub(crate) fn ended(self, end: EventResult, at: Timestamp) -> Self {
        Self { state: EventState::Done { end, at }, ..self }
    }

    /// Schedules another attempt; past the maximum age, records `end`.
    #[must_use]
    pub fn postponed(self, end: EventResult, now: Timestamp) -> Self {
        match self.state {
            EventState::Waiting { attempts, .. } if now.since(self.received_at) < AGE_MAX => {
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
