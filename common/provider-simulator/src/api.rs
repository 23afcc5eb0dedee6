//! Calls: requests, parameters, operations, responses.

pub(crate) mod call;
pub(crate) mod error;
pub(crate) mod idempotency_keys;
pub(crate) mod lists;
pub(crate) mod operation;
pub(crate) mod payment_intents;
pub(crate) mod refunds;
pub(crate) mod request;
pub(crate) mod views;
