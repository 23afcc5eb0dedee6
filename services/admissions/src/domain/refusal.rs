//! Refusals of admissions.

use std::time::Duration;

/// Reason for which a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The admission was used, or is void.
    #[error("The admission is not valid any more")]
    NotValid,
    /// The ticket or the show is another seller's.
    #[error("Only the seller checks admissions")]
    NotSeller,
    /// No such ticket or show.
    #[error("There is no such ticket or show")]
    UnknownEvent,
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
