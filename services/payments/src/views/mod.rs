//! Shapes of requests and responses that several routes share.

pub(crate) mod payment;
pub(crate) mod refund;
pub(crate) mod returns;
