//! The deadline of an order.

use contract::expiration::ExpirationState;
use contract::order::{OrderState, OrderStatus};
use contract::{Decided, OrderId, Timestamp};
use serde::{Deserialize, Serialize};

/// A deadline.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deadline {
    /// The order; also the id of the deadline.
    pub order_id: OrderId,
    /// Version of the order that set the deadline.
    pub version: u64,
    /// Time of the deadline.
    pub expires_at: Timestamp,
    /// State of the deadline.
    pub state: State,
    /// Time of the last change.
    pub changed_at: Timestamp,
}

/// State of a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not yet announced.
    Pending,
    /// Announced.
    Passed,
    /// The order has ended.
    Settled,
}

impl Deadline {
    /// Creates the deadline of an order.
    #[must_use]
    pub fn of(order: &OrderState, now: Timestamp) -> Self {
        let state = match order.status {
            OrderStatus::Created | OrderStatus::AwaitingPayment { .. } => State::Pending,
            OrderStatus::Complete { .. } | OrderStatus::Cancelled { .. } => State::Settled,
        };
        let (order_id, version, expires_at) = (order.id, order.version, order.expires_at);
        Self { order_id, version, expires_at, state, changed_at: now }
    }

    /// Follows the order: a newer version replaces the deadline, even if announced.
    pub fn follow(&self, order: &OrderState, now: Timestamp) -> Decided<Deadline> {
        if order.version <= self.version {
            return Decided::AlreadyApplied;
        }
        Decided::applied(Self::of(order, now))
    }

    /// Announces the deadline, once and not before it has passed.
    pub fn announce(&self, now: Timestamp) -> Decided<Deadline> {
        match self.state {
            State::Pending if now >= self.expires_at => {
                Decided::applied(Self { state: State::Passed, changed_at: now, ..self.clone() })
            }
            State::Pending | State::Passed | State::Settled => Decided::AlreadyApplied,
        }
    }

    /// Published state.
    #[must_use]
    pub fn state(&self) -> ExpirationState {
        let Self { order_id, version, expires_at, .. } = *self;
        ExpirationState { order_id, version, expires_at }
    }
}
