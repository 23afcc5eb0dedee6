//! Faults of the API, planned ahead.

use serde::{Deserialize, Serialize};

use crate::operation::Operation;

/// What is to go wrong, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Which call it meets; none means any.
    #[serde(default)]
    pub operation: Option<Operation>,
    /// How many of these calls, from the next one on.
    #[serde(default = "once")]
    pub times: u32,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// It does not arrive: nothing is done, the connection is closed.
    LoseRequest,
    /// It is done, and the connection is closed. A repeat under the same key gets the first answer.
    LoseAnswer,
    /// It is turned away before anything is done: 429, 500, 503. A repeat is done as if it were the first.
    Refuse {
        /// The HTTP status.
        status: u16,
    },
    /// It is done, and something in front of the provider answers an error. A repeat under the same key gets the first answer.
    HideAnswer {
        /// The HTTP status.
        status: u16,
    },
    /// It is done, and the provider itself answers an error and remembers that: a repeat under the same key gets the error
    /// again. What was done can be found by listing only.
    KeepError {
        /// The HTTP status.
        status: u16,
    },
    /// It waits, and is done at the end of that time, whether or not anybody still waits for its answer.
    DelayRequest {
        /// How long.
        ms: u64,
    },
    /// It is done at once, and answered at the end of that time.
    DelayAnswer {
        /// How long.
        ms: u64,
    },
}

fn once() -> u32 {
    1
}

impl Fault {
    /// The next call of any kind meets it.
    #[must_use]
    pub fn once(kind: FaultKind) -> Self {
        Self { kind, operation: None, times: 1 }
    }

    /// Only calls of this kind meet it.
    #[must_use]
    pub fn on(self, operation: Operation) -> Self {
        Self { operation: Some(operation), ..self }
    }

    /// So many calls meet it.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }
}

/// The faults still to come, in the order they were planned in.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    planned: Vec<Fault>,
}

impl Faults {
    pub(crate) fn plan(&mut self, fault: Fault) {
        self.planned.push(fault);
    }

    pub(crate) fn planned(&self) -> &[Fault] {
        &self.planned
    }

    pub(crate) fn clear(&mut self) {
        self.planned.clear();
    }

    /// The fault that this call meets.
    pub(crate) fn take(&mut self, operation: Operation) -> Option<FaultKind> {
        let meets = |fault: &&mut Fault| fault.operation.is_none_or(|wanted| wanted == operation);
        let fault = self.planned.iter_mut().filter(|fault| fault.times > 0).find(meets)?;
        fault.times -= 1;
        let kind = fault.kind;
        self.planned.retain(|fault| fault.times > 0);
        Some(kind)
    }
}
