//! Customers and administrators: their requests, the responses that the contract allows, and what a
//! response acknowledges.
//!
//! The customers of the simulation and of the load send the same requests, the first in process,
//! the others over HTTP.

mod arguments;
mod card;
mod journal;
mod request;
mod show;
mod terms;

pub use arguments::{Consent, Recipient, Refund, RefundTarget, Scan};
pub use card::Card;
pub use journal::{End, Journal, JournaledOrder};
pub use request::{PASSWORD, Request};
pub use show::{Postponement, ShowTerms};
pub use terms::Terms;
