//! Stock and orders: pure decisions on states, commands and the present time.

mod holdings;
mod inventory;
mod order;
mod refusal;
mod step;

pub use holdings::{HOLDS_MAX, Hold, Holdings};
pub use inventory::Inventory;
pub use order::{Command, Order, Outcome, PlacedOrder, Stock};
pub use refusal::Refusal;
pub use step::{Cause, Noted, STEPS_MAX, Step, StepKind};
