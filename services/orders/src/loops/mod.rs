//! Background loops, one file each.

mod expire_overdue;
mod show_holders;
mod show_stock;

pub use expire_overdue::ExpireOverdue;
pub use show_holders::ShowHolders;
pub use show_stock::ShowStock;
