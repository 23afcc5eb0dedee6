//! Background loops, one file each.

mod announce_deadlines;

pub use announce_deadlines::AnnounceDeadlines;
