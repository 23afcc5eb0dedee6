//! Refusals of tickets and shows.

use contract::Currency;

/// Rule for a start.
pub(crate) const IN_FUTURE: &str = "must be in the future";
/// Rule for the new start of a postponed show.
pub(super) const NOT_EARLIER: &str = "must not be before the present start";
/// Rule for times before the start of a show.
pub(super) const NOT_AFTER_START: &str = "must not be after startsAt";
/// Rule for the end of a refund period.
pub(super) const REFUND_PERIOD: &str = "must be at least 24 hours away, or equal to startsAt";
/// Rule for the end of a refund period after an earlier postponement.
pub(super) const BEFORE_RUNNING: &str =
    "must not be before the end of the running period of the last postponement";

/// Reason for which a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The ticket does not exist.
    #[error("There is no such ticket")]
    UnknownTicket,
    /// The show does not exist.
    #[error("There is no such show")]
    UnknownShow,
    /// The requester is not the seller.
    #[error("Only its seller can change it")]
    NotTheSeller,
    /// An administrator took the ticket down.
    #[error("An administrator took the ticket down; only an administrator can offer it again")]
    TakenDown,
    /// The ticket has changed since the version that the seller read.
    #[error("It has version {version} now; read it again")]
    VersionConflict {
        /// Present version of the ticket.
        version: u64,
    },
    /// The account of the seller is erased.
    #[error("The account of the seller is erased")]
    SellerErased,
    /// The ticket sells an admission again.
    #[error("It sells an admission again: only the end of its resale changes it")]
    Resale,
    /// The precondition of the request excludes the present version.
    #[error("The precondition failed: it has version {version}, with another ETag")]
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
    /// The show is cancelled.
    #[error("The show is cancelled")]
    ShowCancelled,
    /// The show has begun: only an administrator may cancel or postpone it.
    #[error("The show has begun; only an administrator can cancel or postpone it")]
    ShowBegun,
    /// Units of the show are held or sold, and the change concerns its place or its times.
    #[error("Units are held or sold; postpone the show to change its place or its times")]
    ShowReserved,
    /// The show has the maximum number of tickets.
    #[error("The show has the maximum number of tickets, withdrawn ones included")]
    ShowFull,
    /// The currency differs from that of the show's other tickets.
    #[error("All tickets of a show are in one currency")]
    OtherCurrency {
        /// The currency of the show.
        currency: Currency,
    },
    /// The terms of a ticket of a show contain what the show determines.
    #[error("The show determines the place and the start of its tickets")]
    OfTheShow {
        /// The fields in question.
        fields: &'static [&'static str],
    },
    /// A field violates a rule that depends on other fields or on the present state.
    #[error("{field} {rule}")]
    Invalid {
        /// The field of the body.
        field: &'static str,
        /// The rule.
        rule: &'static str,
    },
}
