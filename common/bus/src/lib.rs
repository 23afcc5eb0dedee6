//! At-least-once delivery: durable consumers, the relay from the outbox, listeners, dead letters.
//!
//! | module | holds |
//! |---|---|
//! | `bus` | the handle: publish, consume, dead letters, lag |
//! | `message` | what is published and delivered |
//! | `relay` | committed outbox entries, published in order, then removed |
//! | `listener` | a service's subscription: opens envelopes, runs the handler, acknowledges after commit |
//! | `log` | what both engines share: entries, consumers' positions, redelivery |
//! | `embedded`, `memory` | the engines: a durable log in one SQLite file, and memory with faults |

pub mod bus;
pub mod embedded;
pub mod listener;
pub mod log;
pub mod memory;
pub mod message;
pub mod relay;

pub use bus::{Bus, Consumer};
pub use listener::{Handled, Listener, Received, Undeliverable};
pub use memory::{BusFault, BusFaults};
pub use message::{BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, Settlement};
pub use relay::Relay;
