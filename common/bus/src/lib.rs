//! At-least-once delivery: durable consumers, the relay from the outbox, listeners, dead letters.
//!
//! | module | subject |
//! |---|---|
//! | `bus` | the handle: publish, consume, dead letters, lag |
//! | `message` | published messages, deliveries, dead letters |
//! | `relay` | publishes committed outbox entries in order, then removes them |
//! | `listener` | a service's subscription: opens envelopes, runs the handler, acknowledges after the commit |
//! | `engine` | the engine port, and its mapping to NATS JetStream |
//! | `jetstream` | the engine of production: NATS JetStream |
//! | `log` | shared by the other two engines: entries, consumers' positions, redelivery, limits |
//! | `embedded`, `memory` | the other two engines: a durable log in one SQLite file, and memory with faults |

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
pub use log::LogLimits;
pub use memory::{BusFault, BusFaults};
pub use message::{BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, NewDeadLetter, Settlement};
pub use relay::Relay;
