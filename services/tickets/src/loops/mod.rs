//! Background loops, one file each.

mod end_listings;

pub use end_listings::EndListings;
