//! Why the money of a payment was released.

use serde::{Deserialize, Serialize};

/// Why money was let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoidReason {
    /// The order's deadline passed.
    OrderExpired,
    /// The buyer gave the order up.
    OrderCancelled,
    /// Another payment was accepted.
    OrderComplete,
    /// The payment had been declined before the provider came to hold the money after all.
    Declined,
    /// The payer did not complete the required action in time.
    Abandoned,
    /// An operator cancelled it in the provider's dashboard, or the provider released the money.
    CanceledAtProvider,
    /// An operator captured a part of it in the provider's dashboard.
    CapturedInPart,
}
