//! Background work, one file a loop.

mod expire_overdue;

pub use expire_overdue::ExpireOverdue;
