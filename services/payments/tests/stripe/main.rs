//! Stripe behind the port, by its real client against the simulated provider: calls, the meaning of
//! responses, and recovery after lost ones.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod failures;
mod payments_made;
mod provider;
mod refunds;
mod secrets;
mod settings;
