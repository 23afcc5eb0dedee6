//! Copies of offers, and the entries of the list; pure.

mod listing;
mod offer;
mod show;

pub use listing::{Listing, Subject};
pub use offer::Offer;
pub use show::Show;
