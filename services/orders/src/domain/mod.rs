//! Stock and orders: pure decisions on states, commands and the present time.

mod inventory;
mod order;
mod refusal;
mod step;

pub use inventory::Inventory;
pub use order::{Command, Order, Outcome, PlacedOrder, Stock};
pub use refusal::Refusal;
pub use step::{Cause, Noted, STEPS_MAX, Step, StepKind};
