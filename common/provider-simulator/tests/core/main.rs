//! The provider itself, called in one thread with explicit times.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod cards;
mod dashboard;
mod faults;
mod idempotency;
mod ledger;
mod lists;
mod merchant;
mod parameters;
mod refunds;
mod state_table;
mod webhooks;
