//! The pages of admissions, one file each.

pub(super) mod code;
pub(super) mod document;
mod event;
pub(super) mod list;
pub(super) mod of_order;
mod read;
pub(super) mod resale;
pub(super) mod send;
