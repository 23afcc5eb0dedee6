//! What happened to an order, for its buyer to read.

use contract::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Steps kept of one order: an order has four of its own at the most, refunds come item by item, and the rest are attempts to pay, of which a
/// minute has room for some.
pub const STEPS_MAX: usize = 64;

/// One step; the first, that it was created, follows from the order itself and is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// What happened.
    pub kind: StepKind,
    /// When it was recorded.
    pub at: Timestamp,
    /// Why.
    pub cause: Cause,
}

/// What can happen to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// It was placed, its units are held.
    Created,
    /// A payment began; if the deadline was near, it was moved.
    PaymentStarted,
    /// The provider said no, or nobody did what it asked; another payment may begin.
    PaymentDeclined,
    /// It was paid: its units are sold.
    Completed,
    /// The money was taken.
    PaymentCaptured,
    /// The buyer gave it up: its units are on offer again.
    CancelledByBuyer,
    /// Its deadline passed: its units are on offer again.
    Expired,
    /// Money that was held for it was let go.
    PaymentVoided,
    /// Units were refunded and are on sale again.
    UnitsReturned,
}

/// Why something happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cause {
    /// Somebody asked for it.
    Request {
        /// As the answer's `x-request-id` had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// Another service told of something.
    Message {
        /// `payment:6920…:2`
        id: String,
    },
    /// The time was up.
    Deadline,
}

/// Adds a step unless the message that caused it was noted before; what is too much to keep is left out.
pub(super) fn note(steps: &mut Vec<Step>, step: Step) -> Noted {
    let is_told_again = matches!(step.cause, Cause::Message { .. })
        && steps.iter().any(|known| known.cause == step.cause && known.kind == step.kind);
    if is_told_again || steps.len() >= STEPS_MAX {
        return Noted::Before;
    }
    steps.push(step);
    Noted::Now
}

/// Whether a step was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It is noted now.
    Now,
    /// It was noted before, or there is no room for it.
    Before,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(id: usize) -> Step {
        let cause = Cause::Message { id: format!("payment:x:{id}") };
        Step { kind: StepKind::PaymentDeclined, at: Timestamp::from_unix_ms(1), cause }
    }

    #[test]
    fn what_is_told_again_is_noted_once_and_what_is_too_much_is_left_out() {
        let mut steps = Vec::new();
        assert_eq!(
            (note(&mut steps, step(0)), note(&mut steps, step(0))),
            (Noted::Now, Noted::Before)
        );
        for id in 1..STEPS_MAX {
            assert_eq!(note(&mut steps, step(id)), Noted::Now);
        }
        assert_eq!(note(&mut steps, step(STEPS_MAX)), Noted::Before);
        assert_eq!(steps.len(), STEPS_MAX);
    }
}
