//! Background work, one file a loop.

mod forget_sessions;

pub use forget_sessions::ForgetSessions;
