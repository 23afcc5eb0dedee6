//! Start, renewal and end of sessions, and their tokens.

pub(crate) mod renewal;
pub(crate) mod sign_on;
pub(crate) mod signing;
