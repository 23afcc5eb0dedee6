//! The entries of the log, and the position of one consumer: its cursor, and the unsettled
//! deliveries before it.

use std::sync::Arc;

use bytes::Bytes;
use contract::Timestamp;
use tokio::sync::Notify;

use super::unsettled::{NextDelivery, Unsettled};
use crate::message::{Delivery, Settlement};

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its sequence number.
    pub(crate) sequence: i64,
    /// Its id.
    pub(crate) id: String,
    /// Its subject.
    pub(crate) subject: String,
    /// An envelope.
    pub(crate) body: Bytes,
    /// When it was published.
    pub(crate) at: Timestamp,
}

/// A consumer's position in the log.
#[derive(Debug)]
pub(crate) struct Position {
    subjects: Vec<String>,
    /// The last entry passed.
    cursor: i64,
    unsettled: Unsettled<Arc<Entry>>,
    wake: Arc<Notify>,
}

impl Position {
    /// A consumer that has settled everything up to `floor`.
    pub(crate) fn new(subjects: Vec<String>, floor: i64) -> Self {
        let (unsettled, wake) = (Unsettled::default(), Arc::new(Notify::new()));
        Self { subjects, cursor: floor, unsettled, wake }
    }

    /// Reopens the consumer: unsettled deliveries are due at once.
    pub(crate) fn reopen(&mut self, subjects: Vec<String>, now: Timestamp) {
        self.subjects = subjects;
        self.unsettled.reopen(now);
    }

    pub(crate) fn wake(&self) -> &Arc<Notify> {
        &self.wake
    }

    pub(crate) fn subjects(&self) -> &[String] {
        &self.subjects
    }

    pub(crate) fn reads(&self, subject: &str) -> bool {
        self.subjects.iter().any(|own| own == subject)
    }

    pub(crate) fn cursor(&self) -> i64 {
        self.cursor
    }

    /// Every entry up to this sequence is settled.
    pub(crate) fn floor(&self) -> i64 {
        self.unsettled.first().map_or(self.cursor, |first| first - 1)
    }

    pub(crate) fn unsettled(&self) -> usize {
        self.unsettled.len()
    }

    /// Further deliveries that it may have unsettled.
    pub(crate) fn room(&self) -> usize {
        self.unsettled.room()
    }

    /// Whether a redelivery is due, and if not, when the next one is.
    pub(crate) fn next_delivery(&self, now: Timestamp) -> NextDelivery {
        self.unsettled.next_delivery(now)
    }

    /// The due deliveries, oldest first.
    pub(crate) fn take(&mut self, max: usize, now: Timestamp) -> Vec<Delivery> {
        self.unsettled.take(max, now, |sequence, attempt, entry| Delivery {
            sequence,
            subject: entry.subject.clone(),
            body: entry.body.clone(),
            attempt,
        })
    }

    /// Advances the cursor to this entry; returns whether the consumer reads its subject.
    pub(crate) fn advance(&mut self, entry: &Arc<Entry>) -> bool {
        self.cursor = entry.sequence;
        let is_read = self.reads(&entry.subject);
        if is_read {
            self.unsettled.insert(entry.sequence, 1, Arc::clone(entry));
        }
        is_read
    }

    /// Advances the cursor past entries of other subjects.
    pub(crate) fn skip(&mut self, upto: i64) {
        self.cursor = self.cursor.max(upto);
    }

    pub(crate) fn settle(&mut self, settlements: &[Settlement], now: Timestamp) {
        self.unsettled.settle(settlements, now);
        self.wake.notify_one();
    }
}
