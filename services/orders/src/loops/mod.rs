//! Background loops, one file each.

pub(crate) mod expire_overdue;
pub(crate) mod show_holders;
pub(crate) mod show_stock;

pub use show_holders::held;
