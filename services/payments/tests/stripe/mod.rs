//! Stripe behind the port, by its real client against the simulated provider: calls, the meaning of
//! responses, and recovery after lost ones.

mod calls;
mod payments_made;
mod provider;
