//! Passwords, attempts to guess them, known devices, and second factors.

pub(crate) mod device_cookie;
pub(crate) mod factor_check;
pub mod hashing;
pub(crate) mod password_attempt;
pub(crate) mod proof;
