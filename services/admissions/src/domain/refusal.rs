//! Refusals of admissions.

use contract::Money;
use contract::amount_rules::BrokenAmountRule;
use contract::money::NotAnAmount;

/// Reason for which a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The admission was used, or is void.
    #[error("The admission is not valid any more")]
    NotValid,
    /// The admission is not offered for resale.
    #[error("The admission is not offered for resale")]
    NotListed,
    /// The price of a resale is too high, or its seller forbids resale.
    #[error("The highest price of a resale is {} {}", most.to_decimal(), most.currency)]
    AboveCap {
        /// The highest price.
        most: Money,
    },
    /// The price is no amount in the currency that was paid first.
    #[error("{0}")]
    NotAPrice(NotAnAmount),
    /// The payment provider does not charge the price.
    #[error("{0}")]
    NotChargeable(BrokenAmountRule),
    /// The admission was sold again too often.
    #[error("The admission was sold again the maximum number of times")]
    ResaleLimit,
    /// The event has begun.
    #[error("The event has begun")]
    ShowStarted,
    /// The account of the holder is erased.
    #[error("The account is erased")]
    HolderErased,
    /// The ticket or the show is another seller's.
    #[error("Only the seller checks admissions")]
    NotSeller,
    /// No such ticket or show.
    #[error("There is no such ticket or show")]
    UnknownEvent,
    /// The key of a gate is not valid, or was revoked.
    #[error("The key of the gate is not valid any more")]
    GateEnded,
    /// The gate is at another event.
    #[error("The gate is at the door of another event")]
    OtherGate,
    /// No such gate, or another seller's.
    #[error("There is no such gate")]
    UnknownGate,
    /// The account is being erased.
    #[error("The account is erased")]
    SellerErased,
    /// No such admission, or another person's.
    #[error("There is no such admission")]
    Unknown,
}
