//! Why tickets says no.

use std::fmt;

/// A typed "no".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such ticket.
    UnknownTicket,
    /// Somebody else offers it.
    NotTheSeller,
    /// An administrator took it down.
    TakenDown,
    /// It was changed since the version that the seller read.
    VersionConflict {
        /// The version it has.
        version: u64,
    },
    /// The account of its seller is erased.
    SellerErased,
    /// The precondition of the request excludes the version that it has.
    PreconditionFailed {
        /// The version it has.
        version: u64,
    },
    /// It would begin in the past.
    BeginsInPast,
    /// Its only unit is held or sold, or the change would touch units that are.
    Reserved,
    /// More units are held and sold than the new quantity.
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
