//! Refusals of orders.

use std::num::NonZeroU32;
use std::time::Duration;

use contract::amount_rules::BrokenAmountRule;
use contract::money::NotAnAmount;
use contract::{Money, ShowId, TicketId, Timestamp};

use super::hold_limits::{HOLDS_MAX, LimitScope, UNITS_AFTER_UNPAID_ENDS};

/// Reason for which a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The ticket does not exist.
    #[error("there is no ticket {0}")]
    UnknownTicket(TicketId),
    /// The order does not exist, or is another user's.
    #[error("there is no such order")]
    UnknownOrder,
    /// The precondition of the request excludes the present version.
    #[error("the precondition failed: the order has version {version}, with another ETag")]
    PreconditionFailed {
        /// Present version of the order.
        version: u64,
    },
    /// Fewer units are available than ordered.
    #[error("not enough units of ticket {0} are available")]
    SoldOut(TicketId),
    /// The order exceeds the buyer's limit on unpaid units of a ticket or a show.
    #[error("no more than {} of {of} can be held unpaid at once", units(*limit))]
    HoldLimit {
        /// The ticket or the show.
        of: LimitScope,
        /// Units of it that a buyer may hold.
        limit: NonZeroU32,
    },
    /// The order exceeds the buyer's limit on unpaid units over all tickets.
    #[error("no more than {} can be held unpaid at once", units(*.0))]
    HoldLimitTotal(NonZeroU32),
    /// The order exceeds the one unit that a buyer may hold after too many unpaid orders.
    #[error(
        "{after} of your orders ended unpaid: no more than {} can be held unpaid at once until {until}",
        units(UNITS_AFTER_UNPAID_ENDS)
    )]
    UnpaidOrders {
        /// Unpaid orders after which the restriction applies.
        after: NonZeroU32,
        /// End of the restriction.
        until: Timestamp,
        /// Time until the end of the restriction.
        wait: Duration,
    },
    /// A restricted buyer orders the last unit of a ticket that an earlier unpaid order was for.
    #[error(
        "your order of ticket {ticket} ended unpaid: its last unit cannot be ordered again until {until}"
    )]
    UnpaidTicket {
        /// The ticket.
        ticket: TicketId,
        /// End of the restriction.
        until: Timestamp,
        /// Time until the end of the restriction.
        wait: Duration,
    },
    /// The buyer would exceed the maximum number of holds.
    #[error("no more than {HOLDS_MAX} items can be held unpaid at once")]
    TooManyHolds,
    /// The order exceeds the network's limit on unpaid units of the ticket or the show.
    #[error(
        "unpaid orders from your network hold the maximum number of units of {0}; try again soon"
    )]
    NetworkLimit(LimitScope),
    /// The buyer is the seller.
    #[error("ticket {0} is the buyer's own")]
    OwnTicket(TicketId),
    /// The ticket was withdrawn.
    #[error("ticket {0} is no longer offered")]
    NotOffered(TicketId),
    /// The ticket has begun, and late sales are not allowed.
    #[error("sales of ticket {0} ended when it began")]
    SalesEnded(TicketId),
    /// The show of a ticket is cancelled.
    #[error("show {0} is cancelled")]
    ShowCancelled(ShowId),
    /// The tickets of one order are not all of one show, or all without a show.
    #[error("the tickets are not of one show")]
    ShowsDiffer,
    /// An admission of another buyer is ordered beside other tickets.
    #[error("a ticket that is sold again is ordered alone")]
    ResoldWithOthers,
    /// The tickets of one order are priced in different currencies.
    #[error("the tickets are priced in different currencies")]
    CurrenciesDiffer,
    /// The total is too large.
    #[error("the total is too large")]
    TotalTooLarge,
    /// The expected total is not an amount of the tickets' currency.
    #[error("{0}")]
    NotTheTotal(NotAnAmount),
    /// The total is this one, not the expected one.
    #[error("the total is {0} now")]
    TotalChanged(Money),
    /// The payment provider does not charge the total.
    #[error("the total {0}")]
    TotalNotChargeable(BrokenAmountRule),
    /// The order is paid.
    #[error("the order is complete")]
    OrderComplete,
    /// A payment has another amount or buyer than the order.
    #[error("the payment does not match the order")]
    PaymentDoesNotMatch,
}

/// `1 unit`, `8 units`
fn units(count: NonZeroU32) -> String {
    let units = if count.get() == 1 { "unit" } else { "units" };
    format!("{count} {units}")
}
