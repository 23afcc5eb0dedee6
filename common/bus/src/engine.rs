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

use async_trait::async_trait;
use store::Unavailable;
use tokio::sync::Notify;

use crate::message::{
    BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, NewDeadLetter, Settlement,
};

/// A broker.
#[async_trait]
pub(crate) trait Engine: Send + Sync {
    /// A short description for the log at start.
    fn describe(&self) -> String;

    /// Whether the broker is connected; `None` for an engine without a connection.
    fn is_connected(&self) -> Option<bool> {
        None
    }

    /// Appends messages in order, skipping ids of the duplicate window; durable when it returns.
    async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable>;

    /// Opens a durable consumer, created if it is new; returns its notification of new messages.
    async fn open_consumer(&self, spec: ConsumerSpec) -> Result<Arc<Notify>, Unavailable>;

    /// Removes a durable consumer, which then no longer delays retention.
    async fn remove_consumer(&self, name: &str) -> Result<(), Unavailable>;

    /// Due redeliveries and new messages; empty only when there are none.
    async fn fetch(&self, consumer: &str, max: usize) -> Result<Vec<Delivery>, Unavailable>;

    /// Settles deliveries; a lost settlement causes a redelivery.
    async fn settle(&self, consumer: &str, settlements: &[Settlement]);

    /// Makes settlements durable before the process ends.
    async fn close(&self) -> Result<(), Unavailable>;

    /// Returns when a fetch may return deliveries.
    async fn ready(&self, consumer: &str, wake: &Notify);

    /// Stores dead letters, one for each key; durable when it returns.
    async fn add_dead_letters(&self, dead_letters: Vec<NewDeadLetter>) -> Result<(), Unavailable>;

    /// The oldest dead letters of a service, or of all.
    async fn dead_letters(&self, service: Option<&str>) -> Result<Vec<DeadLetter>, Unavailable>;

    /// Number of dead letters of a service.
    async fn count_dead_letters(&self, service: &str) -> Result<usize, Unavailable> {
        Ok(self.dead_letters(Some(service)).await?.len())
    }

    /// The dead letter with this id.
    async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable>;

    /// Removes a dead letter.
    async fn remove_dead_letter(&self, id: i64) -> Result<(), Unavailable>;

    /// The lag of each durable consumer, open or not.
    async fn lag(&self) -> Result<Vec<Lag>, Unavailable>;

    /// One step of retention; returns the number of removed entries.
    async fn trim(&self) -> Result<usize, Unavailable>;
}
