//! What is published and what is delivered.

use std::time::Duration;

use bytes::Bytes;
use contract::Timestamp;

/// A message on its way to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusMessage {
    /// Unique; publishing the same id again within the duplicate window changes nothing.
    pub id: String,
    /// `market.user.created`
    pub subject: String,
    /// An envelope.
    pub body: Bytes,
}

/// A durable consumer: its name, and the subjects it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerSpec {
    /// `auth.on_session_revoked`
    pub name: String,
    /// Subjects, each in full.
    pub subjects: Vec<String>,
}

/// A message handed to a consumer, to be settled by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its place in the log.
    pub sequence: i64,
    /// Its subject.
    pub subject: String,
    /// An envelope.
    pub body: Bytes,
    /// 1 the first time, one more with every redelivery.
    pub attempt: u32,
}

/// What a consumer says of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// Done: never deliver it again.
    Done {
        /// The delivery's place in the log.
        sequence: i64,
    },
    /// Not done: deliver it again after a while.
    Again {
        /// The delivery's place in the log.
        sequence: i64,
        /// The while.
        after: Duration,
    },
}

/// A message given up by a listener, before it has its place among the dead letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    /// Unique for the message and the listener: giving it up again after a crash keeps it once.
    pub key: String,
    /// `auth`
    pub service: String,
    /// `dead.auth.on_session_revoked.session.revoked`
    pub subject: String,
    /// The subject it came on.
    pub origin: String,
    /// Why it cannot be handled.
    pub reason: String,
    /// The one message, as it came.
    pub body: String,
    /// When.
    pub at: Timestamp,
}

/// A message that a listener can never handle, kept with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its place among the dead letters.
    pub id: i64,
    /// `auth`
    pub service: String,
    /// `dead.auth.on_session_revoked.session.revoked`
    pub subject: String,
    /// The subject it came on.
    pub origin: String,
    /// Why it cannot be handled.
    pub reason: String,
    /// The one message, as it came.
    pub body: String,
    /// When it was given up.
    pub at: Timestamp,
}

/// How far a consumer is behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lag {
    /// The consumer.
    pub consumer: String,
    /// Messages of its subjects that it has not settled; an upper bound where some are on disk only, or where nobody has the
    /// consumer open.
    pub unsettled: u64,
}
