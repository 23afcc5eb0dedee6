//! Planned faults of API calls.

use serde::{Deserialize, Serialize};

use crate::api::request::Operation;

/// A planned fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The effect.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// The operation it applies to; `None` for any.
    #[serde(default)]
    pub operation: Option<Operation>,
    /// Number of calls it applies to, from the next one.
    #[serde(default = "once")]
    pub times: u32,
}

/// The effect of a fault on a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// The request is lost: it has no effect, and the connection is closed.
    LoseRequest,
    /// The response is lost: the request is executed, and the connection is closed. A repeat with
    /// the same key receives the first response.
    LoseResponse,
    /// The request is rejected without effect: 429, 500, 503. A repeat is executed as a first
    /// request.
    Refuse {
        /// The HTTP status.
        status: u16,
    },
    /// The request is rejected without effect, since its amount is below a limit that only the
    /// provider knows.
    AmountTooSmall,
    /// The request is rejected without effect, since its amount is above such a limit.
    AmountTooLarge,
    /// The response is replaced: the request is executed, and a proxy returns an error. A repeat
    /// with the same key receives the first response.
    HideResponse {
        /// The HTTP status.
        status: u16,
    },
    /// The request is executed, and the provider returns and stores an error: a repeat with the
    /// same key receives the error again. Only a list shows the effect.
    KeepError {
        /// The HTTP status.
        status: u16,
    },
    /// The request is executed after the delay, even if the client has disconnected.
    DelayRequest {
        /// The delay in milliseconds.
        ms: u64,
    },
    /// The request is executed at once, and the response is sent after the delay.
    DelayResponse {
        /// The delay in milliseconds.
        ms: u64,
    },
}

pub(crate) fn once() -> u32 {
    1
}

impl Fault {
    /// A fault of the next call.
    #[must_use]
    pub fn once(kind: FaultKind) -> Self {
        Self { kind, operation: None, times: 1 }
    }

    /// Restricts the fault to one operation.
    #[must_use]
    pub fn on(self, operation: Operation) -> Self {
        Self { operation: Some(operation), ..self }
    }

    /// Applies the fault to this number of calls.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }
}

pub(crate) fn take(planned: &mut Vec<Fault>, operation: Operation) -> Option<FaultKind> {
    let meets = |fault: &&mut Fault| fault.operation.is_none_or(|wanted| wanted == operation);
    let fault = planned.iter_mut().filter(|fault| fault.times > 0).find(meets)?;
    fault.times -= 1;
    let kind = fault.kind;
    planned.retain(|fault| fault.times > 0);
    Some(kind)
}
