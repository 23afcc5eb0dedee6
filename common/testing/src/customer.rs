//! Customers and administrators: their requests, the responses that the contract allows, and what a
//! response acknowledges.
//!
//! The customers of the simulation and of the load send the same requests, the first in process,
//! the others over HTTP.
//!
//! | module | contents |
//! |---|---|
//! | `request` | requests, each with its method, path and body |
//! | `expectation` | the responses that the contract allows |
//! | `card` | cards, by the behaviour of the provider |
//! | `journal` | acknowledged results, and violations seen by customers |

mod card;
mod expectation;
mod journal;
mod request;

pub use card::Card;
pub use journal::{End, Journal, JournaledOrder};
pub use request::{Consent, PASSWORD, Refund, RefundTarget, Request, Terms};
