//! Refusals of tickets.

/// Reason for which a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The ticket does not exist.
    #[error("There is no such ticket")]
    UnknownTicket,
    /// The requester is not the seller.
    #[error("Only its seller can change a ticket")]
    NotTheSeller,
    /// An administrator took the ticket down.
    #[error("An administrator took the ticket down; only an administrator can offer it again")]
    TakenDown,
    /// The ticket has changed since the version that the seller read.
    #[error("The ticket has version {version} now; read it again")]
    VersionConflict {
        /// Present version of the ticket.
        version: u64,
    },
    /// The account of the seller is erased.
    #[error("The account of the seller is erased")]
    SellerErased,
    /// The precondition of the request excludes the present version.
    #[error("The precondition failed: the ticket has version {version}, with another ETag")]
    PreconditionFailed {
        /// Present version of the ticket.
        version: u64,
    },
    /// The start is in the past.
    #[error("A ticket must begin in the future")]
    BeginsInPast,
    /// The only unit is held or sold, or the change affects held or sold units.
    #[error("The ticket is held or sold")]
    Reserved,
    /// The new quantity is below the units held and sold.
    #[error("{committed} units are held or sold already")]
    BelowCommitted {
        /// Units held and sold.
        committed: u32,
    },
}
