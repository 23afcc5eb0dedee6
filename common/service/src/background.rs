//! Background loops, and the work that they do.

pub mod copy_arrivals;
pub mod loops;
pub mod migration;
pub mod republisher;
pub mod retention;
pub mod waiters;
