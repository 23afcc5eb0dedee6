//! What a client gets.

use contract::Timestamp;
use serde_json::Value;

/// An answer, ready for the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// JSON: an object of the API, or `{"error": …}`.
    pub body: String,
    /// The provider's own name for the request.
    pub request_id: String,
    /// The request that this repeats the answer of: the header `Idempotent-Replayed: true` goes with it.
    pub replay_of: Option<String>,
}

/// A request that is slow, see [`FaultKind`](crate::FaultKind).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PendingId(pub(crate) u64);

/// What comes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// An answer.
    Answer(Answer),
    /// The connection is closed without an answer. Whether the request did anything the client cannot tell.
    Lost,
    /// The answer can be collected from this moment on; until then the request's idempotency key is in use.
    Later {
        /// What to collect it with.
        pending: PendingId,
        /// From when on.
        at: Timestamp,
    },
}

impl Answer {
    /// The body as JSON; null where it is none, which is never.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// Whether it did what was asked.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status < 300
    }
}

impl Reply {
    /// The answer, if there is one now.
    #[must_use]
    pub fn answer(self) -> Option<Answer> {
        match self {
            Self::Answer(answer) => Some(answer),
            Self::Lost | Self::Later { .. } => None,
        }
    }
}
