//! Deadlines: pure decisions on states and the present time.

mod deadline;

pub use deadline::{Deadline, State};
