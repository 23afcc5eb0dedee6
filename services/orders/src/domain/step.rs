//! Timeline of an order, for its buyer.

use contract::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Maximum number of stored steps: up to four of the order itself, one per refunded item, and the
/// attempts to pay, which its deadline limits.
pub const STEPS_MAX: usize = 64;

/// A step of an order. The first one, the creation, is derived from the order and not stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Kind of the step.
    pub kind: StepKind,
    /// Time of the record.
    pub at: Timestamp,
    /// Cause of the step.
    pub cause: Cause,
}

/// Kind of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The order was placed; its units are held.
    Created,
    /// A payment started; a near deadline was extended.
    PaymentStarted,
    /// The payment was declined, or its required action was not completed; another payment may
    /// start.
    PaymentDeclined,
    /// The order was paid; its units are sold.
    Completed,
    /// The payment was captured.
    PaymentCaptured,
    /// The buyer cancelled; the units are available again.
    CancelledByBuyer,
    /// The deadline passed; the units are available again.
    Expired,
    /// The show was cancelled before the order was paid.
    ShowCancelled,
    /// The payment was voided.
    PaymentVoided,
    /// Units were refunded and are available again.
    UnitsReturned,
}

/// Cause of a step.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cause {
    /// A request.
    Request {
        /// The request's id, as in the `X-Request-Id` header.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// A message of another service.
    Message {
        /// The message's id, such as `payment:6920…:2`.
        id: String,
    },
    /// The order's deadline.
    Deadline,
    /// The cancellation of the order's show.
    ShowCancelled,
}

/// Adds a step unless its message is already recorded. Drops steps above the maximum. Returns
/// whether the step was added.
pub(super) fn record(steps: &mut Vec<Step>, step: Step) -> bool {
    let is_repeated = matches!(step.cause, Cause::Message { .. })
        && steps.iter().any(|known| known.cause == step.cause && known.kind == step.kind);
    let is_added = !is_repeated && steps.len() < STEPS_MAX;
    if is_added {
        steps.push(step);
    }
    is_added
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(id: usize) -> Step {
        let cause = Cause::Message { id: format!("payment:x:{id}") };
        Step { kind: StepKind::PaymentDeclined, at: Timestamp::from_unix_ms(1), cause }
    }

    #[test]
    fn a_repeated_message_adds_no_step_and_steps_are_bounded() {
        let mut steps = Vec::new();
        assert_eq!((record(&mut steps, step(0)), record(&mut steps, step(0))), (true, false));
        for id in 1..STEPS_MAX {
            assert!(record(&mut steps, step(id)));
        }
        assert!(!record(&mut steps, step(STEPS_MAX)));
        assert_eq!(steps.len(), STEPS_MAX);
    }
}
