//! Responses of the API.

use contract::Timestamp;
use serde_json::Value;

/// A response of the API, before it is written to HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// JSON: an object of the API, or `{"error": …}`.
    pub body: String,
    /// The provider's id of the request.
    pub request_id: String,
    /// The id of the request that this response repeats; sent as `Idempotent-Replayed: true`.
    pub replay_of: Option<String>,
}

/// A delayed request, see [`FaultKind`](crate::FaultKind).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PendingId(pub(crate) u64);

/// The result of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A response.
    Response(Response),
    /// The connection is closed without a response. The client cannot know whether the request had
    /// an effect.
    Closed,
    /// The response is available from a later time; until then the request's idempotency key is in
    /// use.
    Later {
        /// The argument of [`Provider::collect`](crate::Provider::collect).
        pending: PendingId,
        /// The time from which the response is available.
        at: Timestamp,
    },
}

impl Response {
    /// The body as JSON; null if the body is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// Whether the status is below 300.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status < 300
    }
}

impl Reply {
    /// The response, if the call returned one at once.
    #[must_use]
    pub fn response(self) -> Option<Response> {
        match self {
            Self::Response(response) => Some(response),
            Self::Closed | Self::Later { .. } => None,
        }
    }
}
