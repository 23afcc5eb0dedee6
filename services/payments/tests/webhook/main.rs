//! The webhook: events of the provider are checked, stored once, acknowledged at once, and followed up by a query. Also changes
//! made at the provider without a request here, with or without their events.

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
