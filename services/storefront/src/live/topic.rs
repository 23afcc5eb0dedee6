//! Subjects of changes.

use std::fmt;
use std::str::FromStr;

use contract::{OrderId, TicketId};

/// A subject of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Topic {
    /// The stock of a ticket.
    Ticket(TicketId),
    /// An order, for its buyer.
    Order(OrderId),
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ticket(id) => write!(f, "ticket:{id}"),
            Self::Order(id) => write!(f, "order:{id}"),
        }
    }
}

impl FromStr for Topic {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rule = "must be ticket:ID or order:ID, or a list of them with commas";
        let (kind, id) = text.split_once(':').ok_or(rule)?;
        match kind {
            "ticket" => id.parse().map(Self::Ticket).map_err(|_| rule),
            "order" => id.parse().map(Self::Order).map_err(|_| rule),
            _ => Err(rule),
        }
    }
}
