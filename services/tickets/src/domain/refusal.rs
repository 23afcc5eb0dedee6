//! Refusals of tickets.

use std::fmt;

/// Reason for which a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The ticket does not exist.
    UnknownTicket,
    /// The requester is not the seller.
    NotTheSeller,
    /// An administrator took the ticket down.
    TakenDown,
    /// The ticket has changed since the version that the seller read.
    VersionConflict {
        /// Present version of the ticket.
        version: u64,
    },
    /// The account of the seller is erased.
    SellerErased,
    /// The precondition of the request excludes the present version.
    PreconditionFailed {
        /// Present version of the ticket.
        version: u64,
    },
    /// The start is in the past.
    BeginsInPast,
    /// The only unit is held or sold, or the change affects held or sold units.
    Reserved,
    /// The new quantity is below the units held and sold.
    BelowCommitted {
        /// Units held and sold.
        committed: u32,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTicket => f.write_str("There is no such ticket"),
            Self::NotTheSeller => f.write_str("Only its seller can change a ticket"),
            Self::TakenDown => f.write_str(
                "An administrator took the ticket down; only an administrator can offer it again",
            ),
            Self::VersionConflict { version } => {
                write!(f, "The ticket has version {version} now; read it again")
            }
            Self::SellerErased => f.write_str("The account of the seller is erased"),
            Self::PreconditionFailed { version } => {
                write!(
                    f,
                    "The precondition failed: the ticket has version {version}, with another ETag"
                )
            }
            Self::BeginsInPast => f.write_str("A ticket must begin in the future"),
            Self::Reserved => f.write_str("The ticket is held or sold"),
            Self::BelowCommitted { committed } => {
                write!(f, "{committed} units are held or sold already")
            }
        }
    }
}
