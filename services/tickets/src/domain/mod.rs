//! Tickets and shows: pure decisions on states, commands and the present time.

mod refusal;
mod requested;
mod show;
mod stock;
mod terms;
mod ticket;

pub(crate) use refusal::IN_FUTURE;
pub use refusal::Refusal;
pub use requested::{Requested, Requester};
pub use show::{
    Address, DecidedShowRevision, Details, Place, Postponement, REFUND_PERIOD_MIN, Refunds,
    Remainder, SHOW_TICKETS_MAX, Show, ShowCopy, ShowRevision, TimeZone,
};
pub use stock::Stock;
pub use terms::{Description, Price, Quantity, Search, Terms, Title, Venue};
pub use ticket::{Revision, Ticket};
