//! The webhook: what the provider tells of is checked, kept once, answered at once, and followed up by asking. And what is done at
//! the provider by others, with its events or without.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod amounts;
mod asking;
mod dashboard;
mod disputes;
mod following;
mod receiving;
mod reconciliation;
mod refunds;
mod sale;
mod shop;
mod unknown;
