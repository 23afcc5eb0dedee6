//! Reasons for the release of a payment's money.

use serde::{Deserialize, Serialize};

/// The reason for the release of a payment's money, and its text for the payer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum VoidReason {
    /// The order's deadline passed.
    #[error("The order has expired; nothing was charged")]
    OrderExpired,
    /// The buyer cancelled the order.
    #[error("The order is cancelled; nothing was charged")]
    OrderCancelled,
    /// Another payment was accepted.
    #[error("The order is paid already; nothing more was charged")]
    OrderComplete,
    /// The payment was authorised at the provider after a decline.
    #[error("The payment was declined; nothing was charged")]
    Declined,
    /// The payer did not complete the required action in time.
    #[error("The payment was not completed in time; nothing was charged")]
    Abandoned,
    /// An operator cancelled it in the provider's dashboard, or the authorisation expired.
    #[error("The payment was cancelled at the provider: canceled_at_provider; nothing was charged")]
    CanceledAtProvider,
    /// An operator captured a part of it in the provider's dashboard.
    #[error("A part of the payment was captured at the provider")]
    CapturedInPart,
}
