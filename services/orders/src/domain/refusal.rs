//! Refusals of orders.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use contract::amount_rules::BrokenAmountRule;
use contract::money::NotAnAmount;
use contract::{Money, TicketId, Timestamp};

use super::hold_limits::{HOLDS_MAX, UNITS_AFTER_UNPAID_ENDS};

/// Reason for which a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The ticket does not exist.
    UnknownTicket(TicketId),
    /// The order does not exist, or is another user's.
    UnknownOrder,
    /// The precondition of the request excludes the present version.
    PreconditionFailed {
        /// Present version of the order.
        version: u64,
    },
    /// Fewer units are available than ordered.
    SoldOut(TicketId),
    /// The order exceeds the buyer's limit on unpaid units of a ticket.
    HoldLimit {
        /// The ticket.
        ticket: TicketId,
        /// Units of it that a buyer may hold.
        limit: NonZeroU32,
    },
    /// The order exceeds the buyer's limit on unpaid units over all tickets.
    HoldLimitTotal(NonZeroU32),
    /// The order exceeds the one unit that a buyer may hold after too many unpaid orders.
    UnpaidOrders {
        /// Unpaid orders after which the restriction applies.
        after: NonZeroU32,
        /// End of the restriction.
        until: Timestamp,
        /// Time until the end of the restriction.
        wait: Duration,
    },
    /// A restricted buyer orders the last unit of a ticket that an earlier unpaid order was for.
    UnpaidTicket {
        /// The ticket.
        ticket: TicketId,
        /// End of the restriction.
        until: Timestamp,
        /// Time until the end of the restriction.
        wait: Duration,
    },
    /// The buyer would exceed the maximum number of holds.
    TooManyHolds,
    /// The order exceeds the network's limit on unpaid units of the ticket.
    NetworkLimit(TicketId),
    /// The buyer is the seller.
    OwnTicket(TicketId),
    /// The ticket was withdrawn.
    NotOffered(TicketId),
    /// The ticket has begun, and late sales are not allowed.
    SalesEnded(TicketId),
    /// The tickets of one order are priced in different currencies.
    CurrenciesDiffer,
    /// The total is too large.
    TotalTooLarge,
    /// The expected total is not an amount of the tickets' currency.
    NotTheTotal(NotAnAmount),
    /// The total is this one, not the expected one.
    TotalChanged(Money),
    /// The payment provider does not charge the total.
    TotalNotChargeable(BrokenAmountRule),
    /// The order is paid.
    OrderComplete,
    /// A payment has another amount or buyer than the order.
    PaymentDoesNotMatch,
}

/// `1 unit`, `8 units`
struct Units(NonZeroU32);

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = if self.0.get() == 1 { "unit" } else { "units" };
        write!(f, "{} {units}", self.0)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTicket(ticket) => write!(f, "there is no ticket {ticket}"),
            Self::UnknownOrder => f.write_str("there is no such order"),
            Self::PreconditionFailed { version } => {
                write!(
                    f,
                    "the precondition failed: the order has version {version}, with another ETag"
                )
            }
            Self::SoldOut(ticket) => write!(f, "not enough units of ticket {ticket} are available"),
            Self::HoldLimit { ticket, limit } => {
                let units = Units(*limit);
                write!(f, "no more than {units} of ticket {ticket} can be held unpaid at once")
            }
            Self::HoldLimitTotal(limit) => {
                write!(f, "no more than {} can be held unpaid at once", Units(*limit))
            }
            Self::UnpaidOrders { after, until, .. } => {
                let units = Units(UNITS_AFTER_UNPAID_ENDS);
                write!(
                    f,
                    "{after} of your orders ended unpaid: no more than {units} can be held unpaid at once until {until}"
                )
            }
            Self::UnpaidTicket { ticket, until, .. } => {
                write!(
                    f,
                    "your order of ticket {ticket} ended unpaid: its last unit cannot be ordered again until {until}"
                )
            }
            Self::NetworkLimit(ticket) => {
                write!(
                    f,
                    "unpaid orders from your network hold the maximum number of units of ticket {ticket}; try again soon"
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
            Self::NotTheTotal(rule) => rule.fmt(f),
            Self::TotalChanged(total) => write!(f, "the total is {total} now"),
            Self::TotalNotChargeable(broken) => write!(f, "the total {broken}"),
            Self::OrderComplete => f.write_str("the order is complete"),
            Self::PaymentDoesNotMatch => f.write_str("the payment does not match the order"),
        }
    }
}
