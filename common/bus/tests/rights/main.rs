//! The rights of each user of production on a real nats-server with its configuration: its own
//! part, and nothing else.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod doing;
mod refused;
mod user;
