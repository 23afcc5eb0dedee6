//! Tickets: pure decisions on states, commands and the present time.

mod refusal;
mod stock;
mod terms;
mod ticket;

pub use refusal::Refusal;
pub use stock::Stock;
pub use terms::{Description, Quantity, Search, Terms, Title, Venue, price};
pub use ticket::{Outcome, Ticket};
