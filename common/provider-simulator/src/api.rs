//! Calls: requests, parameters, operations, responses.

pub(crate) mod error;
pub(crate) mod fields;
pub(crate) mod idempotency_keys;
pub(crate) mod operation;
pub(crate) mod operations;
pub(crate) mod params;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod views;
