//! Input from outside: random bytes, and valid input with small changes. Nothing panics, invalid
//! input is rejected, and valid input comes out unchanged.
//!
//! Every run has the same cases; `PROPTEST_CASES` and `PROPTEST_RNG_SEED` select more and others.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod cookies;
mod events;
mod messages;
mod mutation;
mod numbers;
mod queries;
mod tokens;
