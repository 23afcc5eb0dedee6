//! Refunds, from the route to the provider's ledger and the books.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../books/mod.rs"]
mod books;
mod bounds;
mod consent;
mod counter;
mod doubt;
mod ends;
mod parts;
mod rights;
#[path = "../till/mod.rs"]
mod till;
mod units;
