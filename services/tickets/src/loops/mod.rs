//! Background work, one file a loop.

mod end_listings;

pub use end_listings::EndListings;
