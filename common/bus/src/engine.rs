//! The engine port: what a broker has to do for the bus. Everything else is written once, above it.
//!
//! What each operation is on NATS JetStream, so that the port stays one that fits:
//!
//! | operation | JetStream |
//! |---|---|
//! | `publish` | one atomic batch with `Nats-Msg-Id`s; messages that were published before go one by one; a stream with `discard: new` |
//! | `open_consumer` | create or update a durable pull consumer with filter subjects, explicit acknowledgement |
//! | `remove_consumer` | delete the consumer |
//! | `fetch` | pull what is there (`no_wait`), behind what is held and due again |
//! | `ready` | a pull of one message that waits |
//! | `settle` | `ack`, the last of them answered; what is to come again is held, and the server told that it is in progress |
//! | `give_up`, `dead_letters`, `dead_letter`, `bury` | a stream of `dead.>`: publish to a subject that has no message yet, read, delete |
//! | `lag` | consumer infos: pending and unacknowledged |
//! | `trim` | purge up to the least acknowledgement floor; the server's advisories become dead letters |

use std::sync::Arc;

use sources::Clock;
use store::Unavailable;
use tokio::sync::Notify;

use crate::embedded::EmbeddedLog;
use crate::jetstream::JetStream;
use crate::memory::MemoryLog;
use crate::message::{BusMessage, ConsumerSpec, DeadLetter, Delivery, GivenUp, Lag, Settlement};

/// A broker. Clones share it.
#[derive(Clone)]
pub(crate) enum Engine {
    Embedded(EmbeddedLog),
    Memory(MemoryLog),
    JetStream(JetStream),
}

impl Engine {
    /// Adds messages in order, leaving out ids of the duplicate window; durable when it returns.
    pub(crate) async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        match self {
            Self::Embedded(log) => log.publish(messages).await,
            Self::Memory(log) => log.publish(messages).await,
            Self::JetStream(jetstream) => jetstream.publish(messages).await,
        }
    }

    /// Opens a durable consumer, made if it is new; answers what wakes it.
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

    /// Forgets a durable consumer, which then holds nothing back any more.
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

    /// What is due again and what is new; nothing only when there is nothing.
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

    /// Settles deliveries; a settlement that is lost is a redelivery.
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

    /// Returns when a fetch may give something.
    pub(crate) async fn ready(&self, consumer: &str, wake: &Notify, clock: &Clock) {
        match self {
            Self::Embedded(log) => log.ready(consumer, wake, clock).await,
            Self::Memory(log) => log.ready(consumer, wake, clock).await,
            Self::JetStream(jetstream) => jetstream.ready(consumer, wake).await,
        }
    }

    /// Keeps dead letters, one for each key; durable when it returns.
    pub(crate) async fn give_up(&self, given_up: Vec<GivenUp>) -> Result<(), Unavailable> {
        match self {
            Self::Embedded(log) => log.give_up(given_up).await,
            Self::Memory(log) => log.give_up(given_up),
            Self::JetStream(jetstream) => jetstream.give_up(given_up).await,
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

    /// How many dead letters a service has.
    pub(crate) async fn count_dead_letters(&self, service: &str) -> Result<usize, Unavailable> {
        match self {
            Self::Embedded(_) | Self::Memory(_) => {
                Ok(self.dead_letters(Some(service)).await?.len())
            }
            Self::JetStream(jetstream) => jetstream.count_dead_letters(service).await,
        }
    }

    /// A dead letter.
    pub(crate) async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable> {
        match self {
            Self::Embedded(log) => log.dead_letter(id),
            Self::Memory(log) => Ok(log.dead_letter(id).await),
            Self::JetStream(jetstream) => jetstream.dead_letter(id).await,
        }
    }

    /// Removes a dead letter.
    pub(crate) async fn bury(&self, id: i64) -> Result<(), Unavailable> {
        match self {
            Self::Embedded(log) => log.bury(id).await,
            Self::Memory(log) => {
                log.bury(id);
                Ok(())
            }
            Self::JetStream(jetstream) => jetstream.bury(id).await,
        }
    }

    /// How far each durable consumer is behind, open or not.
    pub(crate) async fn lag(&self) -> Result<Vec<Lag>, Unavailable> {
        match self {
            Self::Embedded(log) => log.lag(),
            Self::Memory(log) => Ok(log.lag().await),
            Self::JetStream(jetstream) => jetstream.lag().await,
        }
    }

    /// A step of retention; answers how many entries it removed.
    pub(crate) async fn trim(&self) -> Result<usize, Unavailable> {
        match self {
            Self::Embedded(log) => log.trim().await,
            Self::Memory(log) => Ok(log.trim()),
            Self::JetStream(jetstream) => jetstream.trim().await,
        }
    }
}
