//! Shapes of requests and responses that several routes share, and access to them.

pub(crate) mod access;
pub(crate) mod account;
pub(crate) mod payment;
pub(crate) mod refund;
pub(crate) mod returns;
