//! The tests of this package in one program: each program costs seconds of code generation and
//! linking.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod api;
mod banned_sellers;
mod box_office;
mod hold_limit;
mod holdings_table;
mod inventory_rules;
mod listeners;
mod network_limit;
mod order_table;
mod rate_limit;
mod settings;
mod show_rules;
mod shows;
mod shows_cancelled;
mod totals;
mod views;
