//! Payments: pure decisions on states, commands and the present time.

mod order_copy;
mod payment;
mod refusal;
mod token;

pub use order_copy::{OrderCopy, Verdict};
pub use payment::{Command, Outcome, Payment, State, Task, VoidReason};
pub use refusal::Refusal;
pub use token::Token;
