//! Stripe behind the port, by its real client against the simulated provider: what is asked, what an answer means, what is
//! found out after one that was lost.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bank;
mod failures;
mod payments_made;
mod refunds;
mod secrets;
mod settings;
