//! Passed deadlines, published by expiration: a hint, never a decision.

use serde::{Deserialize, Serialize};

use crate::message::{MessageType, state};
use crate::{OrderId, Timestamp};

/// An order's deadline has passed, by expiration's clock.
pub const COMPLETE: MessageType<ExpirationState> = MessageType::new("expiration.complete", 1);

/// A passed deadline.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpirationState {
    /// The order; also the expiration's id.
    pub order_id: OrderId,
    /// The version of the order that set the deadline.
    pub version: u64,
    /// The deadline.
    pub expires_at: Timestamp,
}

state!(ExpirationState, "expiration", order_id, version);
