//! Whatever comes in from outside: random bytes, and good input that somebody changed a little. Nothing panics, what is not good
//! is refused, and what is good comes out as it went in.
//!
//! The cases are the same in every run; `PROPTEST_CASES` and `PROPTEST_RNG_SEED` ask for more and for others.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod cookies;
mod events;
mod messages;
mod mutation;
mod numbers;
mod queries;
mod tokens;
