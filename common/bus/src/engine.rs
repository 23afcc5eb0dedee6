//! The engine port: the operations of a broker that the bus needs. Everything else is implemented
//! once, above it.
//!
//! The implementation of each operation on NATS JetStream:
//!
//! | operation | JetStream |
//! |---|---|
//! | `publish` | one atomic batch with `Nats-Msg-Id`s; already published messages go one by one; a stream with `discard: new` |
//! | `open_consumer` | create or update a durable pull consumer with filter subjects, explicit acknowledgement |
//! | `remove_consumer` | delete the consumer |
//! | `fetch` | pull with `no_wait`, after the due redeliveries in memory |
//! | `ready` | a waiting pull of one message |
//! | `settle` | `ack`, the last one confirmed; nacked deliveries stay in memory with `in progress` |
//! | `add_dead_letters`, `dead_letters`, `dead_letter`, `remove_dead_letter` | a stream of `dead.>`: publish to an empty subject, read, delete |
//! | `lag` | consumer infos: pending and unacknowledged |
//! | `trim` | purge up to the least acknowledgement floor; the server's advisories become dead letters |

use std::sync::Arc;

use sources::Clock;
use store::Unavailable;
use tokio::sync::Notify;

use crate::embedded::EmbeddedLog;
use crate::jetstream::JetStream;
use crate::memory::MemoryLog;
use crate::message::{
    BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, NewDeadLetter, Settlement,
};

/// A broker. Clones share it.
#[derive(Clone)]
pub(crate) enum Engine {
    Embedded(EmbeddedLog),
    Memory(MemoryLog),
    JetStream(JetStream),
}

impl Engine {
    /// Appends messages in order, skipping ids of the duplicate window; durable when it returns.
    pub(crate) async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        match self {
            Self::Embedded(log) => log.publish(messages).await,
            Self::Memory(log) => log.publish(messages).await,
            Self::JetStream(jetstream) => jetstream.publish(messages).await,
        }
    }

    /// Opens a durable consumer, created if it is new; returns its notification of new messages.
    pub(crate) async fn open_consumer(
        &self,
        spec: ConsumerSpec,
    ) -> Result<Arc<Notify>, Unavailable> {
        match self {
            Self::Embedded(log) => log.open_consumer(spec).await,
            Self::Memory(log) => Ok(log.open_consumer(spec)),
            Self::JetStream(jetstream) => jetstream.open_consumer(spec).await,
        }
    }

    /// Removes a durable consumer, which then no longer delays retention.
    pub(crate) async fn remove_consumer(&self, name: &str) -> Result<(), Unavailable> {
        match self {
            Self::Embedded(log) => log.remove_consumer(name).await,
            Self::Memory(log) => {
                log.remove_consumer(name);
                Ok(())
            }
            Self::JetStream(jetstream) => jetstream.remove_consumer(name).await,
        }
    }

    /// Due redeliveries and new messages; empty only when there are none.
    pub(crate) async fn fetch(
        &self,
        consumer: &str,
        max: usize,
    ) -> Result<Vec<Delivery>, Unavailable> {
        match self {
            Self::Embedded(log) => log.fetch(consumer, max),
            Self::Memory(log) => log.fetch(consumer, max).await,
            Self::JetStream(jetstream) => jetstream.fetch(consumer, max).await,
        }
    }

    /// Settles deliveries; a lost settlement causes a redelivery.
    pub(crate) async fn settle(&self, consumer: &str, settlements: &[Settlement]) {
        match self {
            Self::Embedded(log) => log.settle(consumer, settlements),
            Self::Memory(log) => log.settle(consumer, settlements).await,
            Self::JetStream(jetstream) => jetstream.settle(consumer, settlements).await,
        }
    }

    /// Makes settlements durable before the process ends.
    pub(crate) async fn close(&self) -> Result<(), Unavailable> {
        match self {
            Self::Embedded(log) => log.close().await,
            Self::Memory(_) => Ok(()),
            Self::JetStream(jetstream) => jetstream.close().await,
        }
    }

    /// Returns when a fetch may return deliveries.
    pub(crate) async fn ready(&self, consumer: &str, wake: &Notify, clock: &Clock) {
        match self {
            Self::Embedded(log) => log.ready(consumer, wake, clock).await,
            Self::Memory(log) => log.ready(consumer, wake, clock).await,
            Self::JetStream(jetstream) => jetstream.ready(consumer, wake).await,
        }
    }

    /// Stores dead letters, one for each key; durable when it returns.
    pub(crate) async fn add_dead_letters(
        &self,
        dead_letters: Vec<NewDeadLetter>,
    ) -> Result<(), Unavailable> {
        match self {
            Self::Embedded(log) => log.add_dead_letters(dead_letters).await,
            Self::Memory(log) => log.add_dead_letters(dead_letters),
            Self::JetStream(jetstream) => jetstream.add_dead_letters(dead_letters).await,
        }
    }

    /// The oldest dead letters of a service, or of all.
    pub(crate) async fn dead_letters(
        &self,
        service: Option<&str>,
    ) -> Result<Vec<DeadLetter>, Unavailable> {
        match self {
            Self::Embedded(log) => log.dead_letters(service),
            Self::Memory(log) => Ok(log.dead_letters(service).await),
            Self::JetStream(jetstream) => jetstream.dead_letters(service).await,
        }
    }

    /// Number of dead letters of a service.
    pub(crate) async fn count_dead_letters(&self, service: &str) -> Result<usize, Unavailable> {
        match self {
            Self::Embedded(_) | Self::Memory(_) => {
                Ok(self.dead_letters(Some(service)).await?.len())
            }
            Self::JetStream(jetstream) => jetstream.count_dead_letters(service).await,
        }
    }

    /// The dead letter with this id.
    pub(crate) async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable> {
        match self {
            Self::Embedded(log) => log.dead_letter(id),
            Self::Memory(log) => Ok(log.dead_letter(id).await),
            Self::JetStream(jetstream) => jetstream.dead_letter(id).await,
        }
    }

    /// Removes a dead letter.
    pub(crate) async fn remove_dead_letter(&self, id: i64) -> Result<(), Unavailable> {
        match self {
            Self::Embedded(log) => log.remove_dead_letter(id).await,
            Self::Memory(log) => {
                log.remove_dead_letter(id);
                Ok(())
            }
            Self::JetStream(jetstream) => jetstream.remove_dead_letter(id).await,
        }
    }

    /// The lag of each durable consumer, open or not.
    pub(crate) async fn lag(&self) -> Result<Vec<Lag>, Unavailable> {
        match self {
            Self::Embedded(log) => log.lag(),
            Self::Memory(log) => Ok(log.lag().await),
            Self::JetStream(jetstream) => jetstream.lag().await,
        }
    }

    /// One step of retention; returns the number of removed entries.
    pub(crate) async fn trim(&self) -> Result<usize, Unavailable> {
        match self {
            Self::Embedded(log) => log.trim().await,
            Self::Memory(log) => Ok(log.trim()),
            Self::JetStream(jetstream) => jetstream.trim().await,
        }
    }
}
