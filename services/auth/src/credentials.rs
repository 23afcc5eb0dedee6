//! Passwords, attempts to guess them, and known devices.

pub(crate) mod device_cookie;
pub mod hashing;
pub(crate) mod password_attempt;
pub(crate) mod proof;
