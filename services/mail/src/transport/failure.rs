//! A failed delivery.

use crate::domain::FailureKind;

/// A failed delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryFailure {
    /// The consequence for the letter and the address.
    pub kind: FailureKind,
    /// The reply of the server or the error, for logs and the store: bounded, printable ASCII,
    /// without the address of the recipient.
    pub response: String,
}
