//! Admissions, copies of orders, shows and tickets: pure decisions on states and the present time.

mod admission;
mod booking;
mod refusal;
mod show;
mod ticket;

pub use admission::{Admission, Terms, to_void};
pub use booking::Booking;
pub use refusal::Refusal;
pub use show::Show;
pub use ticket::Ticket;
