//! The simulator over HTTP, asked by the client of Stripe's API that the marketplace uses.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod challenges;
mod dashboard;
mod in_process;
mod lost_answers;
mod payments;
mod program;
mod refunds;
mod served;
mod slow_answers;
mod webhook;
mod webhooks;
mod wire;
