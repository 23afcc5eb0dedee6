//! At-least-once delivery: durable consumers, the relay from the outbox, listeners, dead letters.
//!
//! | module | holds |
//! |---|---|
//! | `bus` | the handle: publish, consume, dead letters, lag |
//! | `message` | what is published and delivered |
//! | `relay` | committed outbox entries, published in order, then removed |
//! | `listener` | a service's subscription: opens envelopes, runs the handler, acknowledges after commit |
//! | `engine` | the engine port, and what it is on NATS JetStream |
//! | `jetstream` | the engine of production: NATS JetStream |
//! | `log` | what the other two engines share: entries, consumers' positions, redelivery, limits |
//! | `embedded`, `memory` | the other two: a durable log in one SQLite file, and memory with faults |

pub mod bus;
mod embedded;
mod engine;
pub mod jetstream;
pub mod listener;
pub mod log;
pub mod memory;
pub mod message;
pub mod relay;

pub use bus::{Bus, Consumer};
pub use jetstream::{Durability, JetStreamSettings};
pub use listener::{Handled, Listener, Received, Undeliverable};
pub use log::Limits;
pub use memory::{BusFault, BusFaults};
pub use message::{BusMessage, ConsumerSpec, DeadLetter, Delivery, GivenUp, Lag, Settlement};
pub use relay::Relay;
