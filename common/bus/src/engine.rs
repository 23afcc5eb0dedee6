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

use async_trait::async_trait;
use store::Unavailable;

use crate::message::{
    BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, NewDeadLetter, Settlement,
};

/// A broker: the operations of the same names of `Bus` and `Consumer`.
#[async_trait]
pub(crate) trait Engine: Send + Sync {
    fn describe(&self) -> String;

    fn is_connected(&self) -> Option<bool> {
        None
    }

    async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable>;

    async fn open_consumer(&self, spec: ConsumerSpec) -> Result<(), Unavailable>;

    async fn remove_consumer(&self, name: &str) -> Result<(), Unavailable>;

    /// Due redeliveries and new messages; empty only when there are none.
    async fn fetch(&self, consumer: &str, max: usize) -> Result<Vec<Delivery>, Unavailable>;

    async fn settle(&self, consumer: &str, settlements: &[Settlement]);

    async fn close(&self) -> Result<(), Unavailable>;

    async fn ready(&self, consumer: &str);

    async fn add_dead_letters(&self, dead_letters: Vec<NewDeadLetter>) -> Result<(), Unavailable>;

    async fn dead_letters(&self, service: Option<&str>) -> Result<Vec<DeadLetter>, Unavailable>;

    async fn count_dead_letters(&self, service: &str) -> Result<usize, Unavailable> {
        Ok(self.dead_letters(Some(service)).await?.len())
    }

    async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable>;

    async fn remove_dead_letter(&self, id: i64) -> Result<(), Unavailable>;

    /// The lag of each durable consumer, open or not.
    async fn lag(&self) -> Result<Vec<Lag>, Unavailable>;

    /// One step of retention; returns the number of removed entries.
    async fn trim(&self) -> Result<usize, Unavailable>;
}
