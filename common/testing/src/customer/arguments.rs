//! The arguments of requests.

use contract::{TicketId, UserId};

/// The destination of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundTarget {
    /// The source of the payment.
    Source,
    /// The payer's credit.
    Credit,
}

/// A refund by a seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refund {
    /// The amount; `None` refunds all that remains.
    pub cents: Option<u32>,
    /// The destination.
    pub to: RefundTarget,
    /// Units that return to sale.
    pub units: Option<(TicketId, u32)>,
}

/// A payer's consent to refunds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consent {
    /// Whether refunds may go to credit.
    pub credit: bool,
    /// Units that may return for less than their price.
    pub units: Option<(TicketId, u32)>,
}

/// A scan at a door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The id that the door chose.
    pub id: String,
    /// The text of the code.
    pub code: String,
    /// The ticket of the door.
    pub ticket: TicketId,
}

/// The recipient of a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// An account.
    User(UserId),
    /// An address.
    Email(String),
}
