//! Refusals of payments.

use std::fmt;
use std::time::Duration;

use contract::Money;
use contract::amount_rules::BrokenAmountRule;

/// A typed refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The payer's account is erased.
    PayerErased,
    /// The order does not exist, or is another user's.
    UnknownOrder,
    /// The payment does not exist, or is another user's.
    UnknownPayment,
    /// The precondition of the request excludes the payment's version.
    PreconditionFailed {
        /// The version.
        version: u64,
    },
    /// The order is cancelled.
    OrderCancelled,
    /// The order's deadline has passed.
    OrderExpired,
    /// The order is paid.
    OrderComplete,
    /// Another payment of the order is in progress.
    PaymentInProgress,
    /// Too many attempts to charge a card have failed; the provider was not called.
    TooManyCardAttempts {
        /// The limit.
        limit: CardLimit,
        /// The time after which the next attempt is accepted.
        wait: Duration,
    },
    /// The provider declined the payment.
    Declined,
    /// The balance is too low.
    InsufficientCredit,
    /// The balance would overflow.
    BalanceTooLarge,
    /// The provider does not charge the order's total.
    NotChargeable(BrokenAmountRule),
    /// The provider does not refund this amount to a card.
    NotRefundable(BrokenAmountRule),
    /// The payment is not captured.
    NotCaptured,
    /// It was paid by credit.
    NotToCard,
    /// The money is on the payer's account already.
    NotToCredit,
    /// More units than remain.
    RefundExceeds,
    /// More money than remains.
    AmountExceeds {
        /// The remainder that the requester may refund.
        left: Money,
    },
    /// The payer disputes the payment at the bank, or has won the dispute.
    PaymentDisputed,
    /// The limit of refunds per payment, of a seller or of all administrators, is reached.
    TooManyRefunds {
        /// The limit.
        max: u32,
    },
    /// The limit of a seller's refunds per payment, including failed ones, is reached.
    TooManyAttempts {
        /// The limit.
        max: u32,
    },
    /// The price of units to be returned to sale is not refunded.
    UnitsNotRefunded {
        /// The missing part of their price.
        missing: Money,
    },
    /// A seller chose credit for a payment by card without the payer's consent.
    PayerMustAgree,
    /// Free units are to be returned to sale without the payer's consent.
    FreeUnitsNotAgreed,
    /// The order has no such ticket.
    NotInOrder,
    /// The ticket is another seller's.
    NotTheSeller,
    /// The seller's balance is too low.
    CannotCover,
    /// The refund does not exist.
    UnknownRefund,
    /// The payer did not complete the required action in time.
    Abandoned,
    /// It was cancelled in the provider's dashboard.
    CanceledAtProvider,
    /// A part of it was captured in the provider's dashboard.
    CapturedInPart,
    /// The provider's status is impossible in the stored state.
    Contradiction,
}

/// The limit that an attempt exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardLimit {
    /// The wait after declines of the account.
    Declines,
    /// Attempts of the account.
    Attempts,
    /// Cards of the account.
    Cards,
    /// Attempts from the network.
    Network,
}

impl Refusal {
    /// Whether the same request may succeed later; an idempotency key does not store such a
    /// refusal.
    #[must_use]
    pub const fn is_temporary(self) -> bool {
        matches!(self, Self::TooManyCardAttempts { .. })
    }

    /// The time after which the same request may succeed.
    #[must_use]
    pub const fn wait(self) -> Duration {
        if let Self::TooManyCardAttempts { wait, .. } = self { wait } else { Duration::ZERO }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::UnknownOrder => "There is no such order of yours",
            Self::UnknownPayment => "There is no such payment of yours",
            Self::PayerErased => "The account is erased; nothing was charged",
            Self::OrderCancelled => "The order is cancelled; nothing was charged",
            Self::OrderExpired => "The order has expired; nothing was charged",
            Self::OrderComplete => "The order is paid already; nothing more was charged",
            Self::PaymentInProgress => "Another attempt to pay this order is under way",
            Self::TooManyCardAttempts { limit, wait } => {
                let reason = match limit {
                    CardLimit::Declines => "Too many payments by card were declined",
                    CardLimit::Attempts => "Too many payments by card did not succeed in an hour",
                    CardLimit::Cards => "Too many cards did not succeed in a day",
                    CardLimit::Network => {
                        "Too many payments by card from your network did not succeed in an hour"
                    }
                };
                let seconds = wait.as_millis().div_ceil(1_000);
                return write!(f, "{reason}; nothing was charged; try again in {seconds} s");
            }
            Self::Declined => "The payment was declined; nothing was charged",
            Self::InsufficientCredit => {
                "The payment was declined: insufficient credit; nothing was charged"
            }
            Self::BalanceTooLarge => "The balance would be too large",
            Self::NotChargeable(broken) => {
                return write!(
                    f,
                    "The order cannot be paid by card: its total {broken}; nothing was charged"
                );
            }
            Self::NotRefundable(broken) => return write!(f, "{broken}"),
            Self::NotCaptured => "The payment is not captured, so it cannot be refunded",
            Self::NotToCard => "The order was paid by credit and is refunded to credit",
            Self::NotToCredit => "A top-up is refunded to its card",
            Self::PreconditionFailed { version } => {
                return write!(
                    f,
                    "The precondition failed: the payment has version {version}, with another ETag"
                );
            }
            Self::RefundExceeds => "More than can still be refunded",
            Self::AmountExceeds { left } => {
                return write!(f, "More than can still be refunded: {left}");
            }
            Self::PaymentDisputed => {
                "The payer disputes the payment at the bank; it cannot be refunded"
            }
            Self::TooManyRefunds { max } => {
                return write!(
                    f,
                    "The seller or the administrators have made {max} refunds of this payment; the next refund must be of the whole remaining amount"
                );
            }
            Self::TooManyAttempts { max } => {
                return write!(
                    f,
                    "You have requested {max} refunds of the payment, including failed ones; only an administrator can refund it"
                );
            }
            Self::UnitsNotRefunded { missing } => {
                return write!(
                    f,
                    "The units can return to sale once their price is refunded; {missing} is missing, and the payer has not agreed to less"
                );
            }
            Self::PayerMustAgree => {
                "The payment was by card; the payer must agree to a refund to credit"
            }
            Self::FreeUnitsNotAgreed => {
                "The units were free; the payer must agree before they return to sale"
            }
            Self::NotInOrder => "The order has no such ticket",
            Self::NotTheSeller => "The ticket is another seller's",
            Self::CannotCover => "The account does not cover the refund",
            Self::UnknownRefund => "There is no such refund",
            Self::Abandoned => "The payment was not completed in time; nothing was charged",
            Self::CanceledAtProvider => {
                "The payment was cancelled at the provider: canceled_at_provider; nothing was charged"
            }
            Self::CapturedInPart => "A part of the payment was captured at the provider",
            Self::Contradiction => "The provider's state contradicts the stored payment",
        };
        f.write_str(text)
    }
}
