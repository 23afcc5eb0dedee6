//! Parts of HTTP requests that several routes share.

pub(crate) mod access;
pub(crate) mod inquiry;
pub(crate) mod inquiry_limit;
pub(crate) mod long_running;
pub(crate) mod pay;
pub(crate) mod refund;
pub(crate) mod returns;
