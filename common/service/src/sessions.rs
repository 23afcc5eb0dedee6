//! Keys and revocations of sessions.

pub mod revocations;
pub mod session_key;
