//! Reasons for the release of a payment's money.

use serde::{Deserialize, Serialize};

/// The reason for the release of a payment's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoidReason {
    /// The order's deadline passed.
    OrderExpired,
    /// The buyer cancelled the order.
    OrderCancelled,
    /// Another payment was accepted.
    OrderComplete,
    /// The payment was authorised at the provider after a decline.
    Declined,
    /// The payer did not complete the required action in time.
    Abandoned,
    /// An operator cancelled it in the provider's dashboard, or the authorisation expired.
    CanceledAtProvider,
    /// An operator captured a part of it in the provider's dashboard.
    CapturedInPart,
}
