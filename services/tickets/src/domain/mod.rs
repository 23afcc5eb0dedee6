//! Tickets: pure decisions on states, commands and the present time.

mod refusal;
mod stock;
mod terms;
mod ticket;

pub use refusal::Refusal;
pub use stock::Stock;
pub use terms::{Description, Price, Quantity, Search, Terms, Title, Venue};
pub use ticket::{Requested, Requester, Revision, Ticket};
