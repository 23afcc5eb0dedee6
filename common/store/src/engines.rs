//! The storage engines, and the port to them.

pub mod batch;
pub mod engine;
pub mod memory;
pub mod mongo;
pub mod outage;
pub mod sqlite;
