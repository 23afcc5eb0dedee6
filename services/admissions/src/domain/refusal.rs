//! Refusals of admissions.

use std::time::Duration;

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
    /// The account is erased, or being erased.
    #[error("The account is erased")]
    Erased,
    /// A device shows its codes: it has no static one.
    #[error("The code is on a device")]
    HeldByDevice,
    /// The seller allows codes of devices only.
    #[error("The seller of the ticket allows codes of devices only")]
    DeviceOnly,
    /// Its credential version has no higher one left for a device.
    #[error("The admission was bound to too many devices")]
    TooManyDevices,
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
    /// The transfer was accepted, declined or cancelled, or it is too late.
    #[error("The transfer has ended")]
    TransferEnded,
    /// The admission is in another transfer that may still be accepted.
    #[error("The admission is offered to another person already")]
    BeingTransferred,
    /// The holder has fewer admissions of the ticket that can be offered.
    #[error("There are not enough admissions of the ticket to send")]
    NotEnough,
    /// The recipient is the sender.
    #[error("The recipient is the sender")]
    SameUser,
    /// The sender offered too many transfers within a day.
    #[error("Too many transfers")]
    TooManyTransfers {
        /// The time until the next one may succeed.
        wait: Duration,
    },
    /// No such transfer, or one between other persons.
    #[error("There is no such transfer")]
    UnknownTransfer,
    /// No such admission, or another person's.
    #[error("There is no such admission")]
    Unknown,
}
