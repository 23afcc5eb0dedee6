//! Why orders says no.

use std::fmt;

use contract::TicketId;

/// A typed "no".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such ticket.
    UnknownTicket(TicketId),
    /// There is no such order, or it is somebody else's.
    UnknownOrder,
    /// Fewer units are available than asked for.
    SoldOut(TicketId),
    /// The buyer is the seller.
    OwnTicket(TicketId),
    /// The ticket was withdrawn.
    NotOffered(TicketId),
    /// The tickets of one order are priced in different currencies.
    CurrenciesDiffer,
    /// The total does not fit.
    TotalTooLarge,
    /// The order is paid.
    OrderComplete,
    /// A payment names another amount or buyer than the order has.
    PaymentDoesNotMatch,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTicket(ticket) => write!(f, "there is no ticket {ticket}"),
            Self::UnknownOrder => f.write_str("there is no such order"),
            Self::SoldOut(ticket) => write!(f, "not enough units of ticket {ticket} are available"),
            Self::OwnTicket(ticket) => write!(f, "ticket {ticket} is the buyer's own"),
            Self::NotOffered(ticket) => write!(f, "ticket {ticket} is no longer offered"),
            Self::CurrenciesDiffer => f.write_str("the tickets are priced in different currencies"),
            Self::TotalTooLarge => f.write_str("the total is too large"),
            Self::OrderComplete => f.write_str("the order is complete"),
            Self::PaymentDoesNotMatch => f.write_str("the payment does not match the order"),
        }
    }
}
