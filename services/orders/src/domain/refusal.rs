//! Why orders says no.

use std::fmt;
use std::num::NonZeroU32;

use contract::TicketId;

use super::holdings::HOLDS_MAX;

/// A typed "no".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such ticket.
    UnknownTicket(TicketId),
    /// There is no such order, or it is somebody else's.
    UnknownOrder,
    /// Fewer units are available than asked for.
    SoldOut(TicketId),
    /// The buyer would hold more unpaid units of a ticket than one may.
    HoldLimit {
        /// The ticket.
        ticket: TicketId,
        /// What one may hold of it.
        limit: NonZeroU32,
    },
    /// The buyer would hold units of more tickets than one may, all counted.
    TooManyHolds,
    /// The buyer is the seller.
    OwnTicket(TicketId),
    /// The ticket was withdrawn.
    NotOffered(TicketId),
    /// The ticket has begun, and its seller allows no late sales.
    SalesEnded(TicketId),
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
            Self::HoldLimit { ticket, limit } => {
                let units = if limit.get() == 1 { "unit" } else { "units" };
                write!(
                    f,
                    "no more than {limit} {units} of ticket {ticket} can be held unpaid at once"
                )
            }
            Self::TooManyHolds => {
                write!(f, "no more than {HOLDS_MAX} items can be held unpaid at once")
            }
            Self::OwnTicket(ticket) => write!(f, "ticket {ticket} is the buyer's own"),
            Self::NotOffered(ticket) => write!(f, "ticket {ticket} is no longer offered"),
            Self::SalesEnded(ticket) => {
                write!(f, "sales of ticket {ticket} ended when it began")
            }
            Self::CurrenciesDiffer => f.write_str("the tickets are priced in different currencies"),
            Self::TotalTooLarge => f.write_str("the total is too large"),
            Self::OrderComplete => f.write_str("the order is complete"),
            Self::PaymentDoesNotMatch => f.write_str("the payment does not match the order"),
        }
    }
}
