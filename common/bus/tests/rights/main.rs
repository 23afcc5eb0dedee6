//! What each user of production may do at a real nats-server that has its configuration: its own part, and nothing else.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod doing;
mod refused;
mod user;
