//! A booking: the version of a complete order whose admissions are issued.

use contract::OrderId;
use serde::{Deserialize, Serialize};

/// A complete order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Booking {
    /// The order.
    pub order_id: OrderId,
    /// Its version.
    pub version: u64,
}
