//! Published messages, their deliveries, and dead letters.

use std::time::Duration;

use bytes::Bytes;
use contract::Timestamp;
use serde::{Deserialize, Serialize};

/// A message to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusMessage {
    /// Unique; publishing the same id again within the duplicate window has no effect.
    pub id: String,
    /// `market.user.created`
    pub subject: String,
    /// An envelope.
    pub body: Bytes,
}

/// A durable consumer: its name, and its subjects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerSpec {
    /// `auth.on_session_revoked`
    pub name: String,
    /// Complete subjects, without wildcards.
    pub subjects: Vec<String>,
}

/// A message delivered to a consumer, which has to settle it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its sequence number in the log.
    pub sequence: i64,
    /// Its subject.
    pub subject: String,
    /// An envelope.
    pub body: Bytes,
    /// 1 for the first delivery, one more for each redelivery.
    pub attempt: u32,
}

/// A consumer's acknowledgement of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// Acknowledged: never redelivered.
    Ack {
        /// The delivery's sequence number.
        sequence: i64,
    },
    /// Negatively acknowledged: redelivered after a delay.
    Nak {
        /// The delivery's sequence number.
        sequence: i64,
        /// The delay.
        after: Duration,
    },
}

/// A message that a listener cannot handle, to be stored as a dead letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDeadLetter {
    /// Unique for the message and the listener: storing it again after a crash has no effect.
    pub key: String,
    /// `auth`
    pub service: String,
    /// `dead.auth.on_session_revoked.session.revoked`
    pub subject: String,
    /// The original subject.
    pub origin: String,
    /// Why it cannot be handled.
    pub reason: String,
    /// The message, unchanged.
    pub body: String,
    /// When it was rejected.
    pub at: Timestamp,
}

/// Maximum dead letters in one listing: as many as an operator can still look through.
pub const DEAD_LETTERS_MAX: usize = 1_000;

/// A message that a listener can never handle, stored with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its id among the dead letters.
    pub id: i64,
    /// `auth`
    pub service: String,
    /// `dead.auth.on_session_revoked.session.revoked`
    pub subject: String,
    /// The original subject.
    pub origin: String,
    /// Why it cannot be handled.
    pub reason: String,
    /// The message, unchanged.
    pub body: String,
    /// When it was rejected.
    pub at: Timestamp,
}

/// The lag of a consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lag {
    /// The consumer.
    pub consumer: String,
    /// Unsettled messages of its subjects; an upper bound for entries on disk, or for a consumer
    /// that is not open.
    pub unsettled: u64,
}
