//! The simulator over HTTP, called by the marketplace's client of Stripe's API.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod challenges;
mod dashboard;
mod in_process;
mod lost_responses;
mod payments;
mod program;
mod refunds;
mod server;
mod slow_responses;
mod webhook;
mod webhooks;
mod wire;
