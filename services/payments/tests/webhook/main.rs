//! The webhook: what the provider tells of is checked, kept once, answered at once, and followed up by asking.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod following;
mod receiving;
mod refunds;
mod shop;
mod unknown;
