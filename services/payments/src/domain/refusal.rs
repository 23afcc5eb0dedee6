//! Refusals of payments.

use std::time::Duration;

use contract::Money;
use contract::amount_rules::BrokenAmountRule;
use serde::{Deserialize, Serialize};

/// A typed refusal, and its text for the requester.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "most texts say what they refuse")]
pub enum Refusal {
    #[error("The account is erased; nothing was charged")]
    PayerErased,
    #[error("There is no such order of yours")]
    UnknownOrder,
    #[error("There is no such payment of yours")]
    UnknownPayment,
    #[error("There is no such refund")]
    UnknownRefund,
    #[error("The precondition failed: the payment has version {version}, with another ETag")]
    PreconditionFailed { version: u64 },
    /// The payment cannot start, or has ended without money.
    #[error(transparent)]
    Void(#[from] VoidReason),
    #[error("Another attempt to pay this order is under way")]
    PaymentInProgress,
    #[error("{limit}; nothing was charged; try again in {} s", self.wait_seconds())]
    TooManyCardAttempts { limit: CardLimit, wait: Duration },
    #[error("The payment was declined: insufficient credit; nothing was charged")]
    InsufficientCredit,
    #[error("The balance would be too large")]
    BalanceTooLarge,
    #[error("The order cannot be paid by card: its total {0}; nothing was charged")]
    NotChargeable(BrokenAmountRule),
    /// The provider does not refund this amount to a card.
    #[error("{0}")]
    NotRefundable(BrokenAmountRule),
    #[error("The payment is not captured, so it cannot be refunded")]
    NotCaptured,
    #[error("The order was paid by credit and is refunded to credit")]
    NotToCard,
    #[error("A top-up is refunded to its card")]
    NotToCredit,
    /// More units than remain.
    #[error("More than can still be refunded")]
    RefundExceeds,
    #[error("More than can still be refunded: {left}")]
    AmountExceeds { left: Money },
    /// The payer disputes the payment at the bank, or has won the dispute.
    #[error("The payer disputes the payment at the bank; it cannot be refunded")]
    PaymentDisputed,
    #[error(
        "The seller or the administrators have made {max} refunds of this payment; the next refund must be of the whole remaining amount"
    )]
    TooManyRefunds { max: u32 },
    #[error(
        "You have requested {max} refunds of the payment, including failed ones; only an administrator can refund it"
    )]
    TooManyAttempts { max: u32 },
    #[error(
        "The units can return to sale once their price is refunded; {missing} is missing, and the payer has not agreed to less"
    )]
    UnitsNotRefunded { missing: Money },
    #[error("The payment was by card; the payer must agree to a refund to credit")]
    PayerMustAgree,
    #[error("The units were free; the payer must agree before they return to sale")]
    FreeUnitsNotAgreed,
    #[error("The order has no such ticket")]
    NotInOrder,
    #[error("The ticket is another seller's")]
    NotTheSeller,
    #[error("The account does not cover the refund")]
    CannotCover,
    #[error("The provider's state contradicts the stored payment")]
    Contradiction,
}

/// The limit that an attempt exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the texts say what is limited")]
pub enum CardLimit {
    #[error("Too many payments by card were declined")]
    Declines,
    #[error("Too many payments by card did not succeed in an hour")]
    Attempts,
    #[error("Too many cards did not succeed in a day")]
    Cards,
    #[error("Too many payments by card from your network did not succeed in an hour")]
    Network,
}

/// The reason for the release of a payment's money, and its text for the payer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "most texts say what happened")]
pub enum VoidReason {
    #[error("The order has expired; nothing was charged")]
    OrderExpired,
    #[error("The order is cancelled; nothing was charged")]
    OrderCancelled,
    #[error("The order is paid already; nothing more was charged")]
    OrderComplete,
    /// The payment was authorised at the provider after a decline.
    #[error("The payment was declined; nothing was charged")]
    Declined,
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
    /// The time after which a repeat may succeed; an idempotency key stores no such refusal.
    pub(crate) const fn wait(self) -> Option<Duration> {
        if let Self::TooManyCardAttempts { wait, .. } = self { Some(wait) } else { None }
    }

    /// That time in whole seconds, rounded up.
    fn wait_seconds(self) -> u128 {
        self.wait().unwrap_or_default().as_millis().div_ceil(1_000)
    }
}
