//! Background work, one file a loop.

mod announce_deadlines;

pub use announce_deadlines::AnnounceDeadlines;
