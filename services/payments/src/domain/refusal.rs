//! Why payments says no.

use std::fmt;

/// A typed "no".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such order, or it is somebody else's.
    UnknownOrder,
    /// There is no such payment, or it is somebody else's.
    UnknownPayment,
    /// The order was given up.
    OrderCancelled,
    /// The order was not paid in time.
    OrderExpired,
    /// The order is paid.
    OrderComplete,
    /// Another attempt to pay the order is under way.
    PaymentInProgress,
    /// The provider said no.
    Declined,
    /// There is not enough on the account.
    InsufficientCredit,
    /// There is more on the account than can be counted.
    BalanceTooLarge,
    /// What was required of the payer was not done in time.
    Abandoned,
    /// The provider says what cannot be: that something ended in a way it cannot have.
    Contradiction,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownOrder => "There is no such order of yours",
            Self::UnknownPayment => "There is no such payment of yours",
            Self::OrderCancelled => "The order is cancelled; nothing was charged",
            Self::OrderExpired => "The order has expired; nothing was charged",
            Self::OrderComplete => "The order is paid already; nothing more was charged",
            Self::PaymentInProgress => "Another attempt to pay this order is under way",
            Self::Declined => "The payment was declined; nothing was charged",
            Self::InsufficientCredit => {
                "The payment was declined: insufficient credit; nothing was charged"
            }
            Self::BalanceTooLarge => "The balance would be too large",
            Self::Abandoned => "The payment was not finished in time; nothing was charged",
            Self::Contradiction => "The provider contradicts what is known of the payment",
        })
    }
}
