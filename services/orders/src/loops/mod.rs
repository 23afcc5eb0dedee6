//! Background loops, one file each.

pub(crate) mod end_orders_of_cancelled_shows;
pub(crate) mod expire_overdue;
pub(crate) mod show_holders;
pub(crate) mod show_stock;

pub use show_holders::held;
