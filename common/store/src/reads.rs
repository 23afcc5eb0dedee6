//! Reads outside decisions.

pub(crate) mod cache;
pub mod pages;
pub mod query;
pub(crate) mod read_batches;
