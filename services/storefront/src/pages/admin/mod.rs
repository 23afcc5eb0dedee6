//! The pages of administrators. For all other users they do not exist.

pub(super) mod access;
pub(super) mod disputes;
pub(super) mod find;
pub(super) mod mail;
mod offer_status;
pub(super) mod payments;
mod records;
pub(super) mod refunds;
pub(super) mod reports;
pub(super) mod show;
pub(super) mod ticket;
pub(super) mod user;
