//! The tests of this package in one program: each program costs seconds of code generation and
//! linking.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod api;
mod card_limits;
mod credit;
mod fixture;
mod ledger_table;
mod payment_table;
mod refund_table;
mod refunds;
mod sale_table;
mod samples;
mod settings;
mod shows;
mod stripe;
mod unknown_results;
mod webhook;
