//! Background loops, one file each.

pub(crate) mod end_listings;
