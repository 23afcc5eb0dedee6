//! Refusals of payments.

use std::time::Duration;

use contract::Money;
use contract::amount_rules::BrokenAmountRule;
use serde::{Deserialize, Serialize};

/// A typed refusal, and its text for the requester.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The payer's account is erased.
    #[error("The account is erased; nothing was charged")]
    PayerErased,
    /// The order does not exist, or is another user's.
    #[error("There is no such order of yours")]
    UnknownOrder,
    /// The payment does not exist, or is another user's.
    #[error("There is no such payment of yours")]
    UnknownPayment,
    /// The refund does not exist.
    #[error("There is no such refund")]
    UnknownRefund,
    /// The precondition of the request excludes the payment's version.
    #[error("The precondition failed: the payment has version {version}, with another ETag")]
    PreconditionFailed {
        /// The version.
        version: u64,
    },
    /// The payment cannot start, or has ended without money.
    #[error(transparent)]
    Void(#[from] VoidReason),
    /// Another payment of the order is in progress.
    #[error("Another attempt to pay this order is under way")]
    PaymentInProgress,
    /// Too many attempts to charge a card have failed; the provider was not called.
    #[error("{limit}; nothing was charged; try again in {} s", self.wait_seconds())]
    TooManyCardAttempts {
        /// The limit.
        limit: CardLimit,
        /// The time after which the next attempt is accepted.
        wait: Duration,
    },
    /// The balance is too low.
    #[error("The payment was declined: insufficient credit; nothing was charged")]
    InsufficientCredit,
    /// The balance would overflow.
    #[error("The balance would be too large")]
    BalanceTooLarge,
    /// The provider does not charge the order's total.
    #[error("The order cannot be paid by card: its total {0}; nothing was charged")]
    NotChargeable(BrokenAmountRule),
    /// The provider does not refund this amount to a card.
    #[error("{0}")]
    NotRefundable(BrokenAmountRule),
    /// The payment is not captured.
    #[error("The payment is not captured, so it cannot be refunded")]
    NotCaptured,
    /// It was paid by credit.
    #[error("The order was paid by credit and is refunded to credit")]
    NotToCard,
    /// The money is on the payer's account already.
    #[error("A top-up is refunded to its card")]
    NotToCredit,
    /// More units than remain.
    #[error("More than can still be refunded")]
    RefundExceeds,
    /// More money than remains.
    #[error("More than can still be refunded: {left}")]
    AmountExceeds {
        /// The remainder that the requester may refund.
        left: Money,
    },
    /// The payer disputes the payment at the bank, or has won the dispute.
    #[error("The payer disputes the payment at the bank; it cannot be refunded")]
    PaymentDisputed,
    /// The limit of refunds per payment, of a seller or of all administrators, is reached.
    #[error(
        "The seller or the administrators have made {max} refunds of this payment; the next refund must be of the whole remaining amount"
    )]
    TooManyRefunds {
        /// The limit.
        max: u32,
    },
    /// The limit of a seller's refunds per payment, including failed ones, is reached.
    #[error(
        "You have requested {max} refunds of the payment, including failed ones; only an administrator can refund it"
    )]
    TooManyAttempts {
        /// The limit.
        max: u32,
    },
    /// The price of units to be returned to sale is not refunded.
    #[error(
        "The units can return to sale once their price is refunded; {missing} is missing, and the payer has not agreed to less"
    )]
    UnitsNotRefunded {
        /// The missing part of their price.
        missing: Money,
    },
    /// A seller chose credit for a payment by card without the payer's consent.
    #[error("The payment was by card; the payer must agree to a refund to credit")]
    PayerMustAgree,
    /// Free units are to be returned to sale without the payer's consent.
    #[error("The units were free; the payer must agree before they return to sale")]
    FreeUnitsNotAgreed,
    /// The order has no such ticket.
    #[error("The order has no such ticket")]
    NotInOrder,
    /// Units of a resale do not return to sale.
    #[error("units of a resale do not return to sale")]
    ResaleReturned,
    /// The ticket is another seller's.
    #[error("The ticket is another seller's")]
    NotTheSeller,
    /// The payer requests a refund, but the show of the order is not postponed, or the order was
    /// placed for its present venue and start.
    #[error(
        "The show of the order was not postponed after the order; its payer cannot request a refund"
    )]
    NotPostponed,
    /// The payer requests a refund after the date that the seller set.
    #[error("The period in which the payer may return the units has ended")]
    RefundPeriodOver,
    /// The seller's balance is too low.
    #[error("The account does not cover the refund")]
    CannotCover,
    /// The provider's status is impossible in the stored state.
    #[error("The provider's state contradicts the stored payment")]
    Contradiction,
}

/// The limit that an attempt exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardLimit {
    /// The wait after declines of the account.
    #[error("Too many payments by card were declined")]
    Declines,
    /// Attempts of the account.
    #[error("Too many payments by card did not succeed in an hour")]
    Attempts,
    /// Cards of the account.
    #[error("Too many cards did not succeed in a day")]
    Cards,
    /// Attempts from the network.
    #[error("Too many payments by card from your network did not succeed in an hour")]
    Network,
}

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
    /// The show was cancelled.
    #[error("The show is cancelled; nothing was charged")]
    ShowCancelled,
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

impl Refusal {
    /// Whether a repeat may succeed; an idempotency key stores no such refusal. The copy of a show
    /// may be older than a postponement that its seller has announced.
    pub(crate) const fn is_temporary(self) -> bool {
        matches!(
            self,
            Self::TooManyCardAttempts { .. } | Self::NotPostponed | Self::RefundPeriodOver
        )
    }

    /// The time after which a repeat may succeed.
    pub(crate) const fn wait(self) -> Option<Duration> {
        if let Self::TooManyCardAttempts { wait, .. } = self { Some(wait) } else { None }
    }

    /// That time in whole seconds, rounded up.
    fn wait_seconds(self) -> u128 {
        self.wait().unwrap_or_default().as_millis().div_ceil(1_000)
    }
}
