//! Background work, one file a loop.

mod announce_deadlines;
mod forget_settled;

pub use announce_deadlines::AnnounceDeadlines;
pub use forget_settled::ForgetSettled;
