//! Refunds, from the route to the provider's ledger and the books.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod amounts;
#[path = "../books/mod.rs"]
mod books;
mod consent;
mod ends;
#[path = "../fixture/mod.rs"]
mod fixture;
mod limits;
mod permissions;
mod sale;
mod units;
mod unknown_results;
