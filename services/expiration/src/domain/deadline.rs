//! The deadline of an order.

use contract::expiration::ExpirationState;
use contract::order::{OrderState, OrderStatus};
use contract::{Decided, OrderId, Timestamp};
use serde::{Deserialize, Serialize};

/// A deadline.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deadline {
    /// The order whose deadline it is; also the deadline's id.
    pub order_id: OrderId,
    /// The version of the order that set it.
    pub version: u64,
    /// When it passes.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: State,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// Where a deadline stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is to be announced when it passes.
    Pending,
    /// It was announced.
    Passed,
    /// The order ended.
    Settled,
}

impl Deadline {
    /// The deadline that an order sets.
    #[must_use]
    pub fn of(order: &OrderState, now: Timestamp) -> Self {
        let state = match order.status {
            OrderStatus::Created | OrderStatus::AwaitingPayment { .. } => State::Pending,
            OrderStatus::Complete { .. } | OrderStatus::Cancelled { .. } => State::Settled,
        };
        let (order_id, version, expires_at) = (order.id, order.version, order.expires_at);
        Self { order_id, version, expires_at, state, changed_at: now }
    }

    /// Follows its order: a newer version sets it anew, announced before or not.
    #[must_use]
    pub fn follow(&self, order: &OrderState, now: Timestamp) -> Decided<Deadline> {
        if order.version <= self.version {
            return Decided::AlreadyApplied;
        }
        Decided::applied(Self::of(order, now))
    }

    /// Announces it, once and not before it has passed.
    #[must_use]
    pub fn announce(&self, now: Timestamp) -> Decided<Deadline> {
        match self.state {
            State::Pending if now >= self.expires_at => {
                Decided::applied(Self { state: State::Passed, changed_at: now, ..self.clone() })
            }
            State::Pending | State::Passed | State::Settled => Decided::AlreadyApplied,
        }
    }

    /// What others learn of it.
    #[must_use]
    pub fn state(&self) -> ExpirationState {
        let Self { order_id, version, expires_at, .. } = *self;
        ExpirationState { order_id, version, expires_at }
    }
}
