//! The position of one consumer in the log: its cursor, and the unsettled deliveries before it.

use std::sync::Arc;

use bytes::Bytes;
use contract::Timestamp;
use tokio::sync::Notify;

use super::unsettled::Unsettled;
use crate::message::{Delivery, Settlement};

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) sequence: i64,
    pub(crate) id: String,
    pub(crate) subject: String,
    /// An envelope.
    pub(crate) body: Bytes,
    /// When it was published.
    pub(crate) at: Timestamp,
}

#[derive(Debug)]
pub(super) struct Position {
    pub(super) subjects: Vec<String>,
    /// The last entry passed.
    pub(super) cursor: i64,
    pub(super) unsettled: Unsettled<Arc<Entry>>,
    pub(super) wake: Arc<Notify>,
}

impl Position {
    /// A consumer that has settled everything up to `floor`.
    pub(super) fn new(floor: i64) -> Self {
        let (unsettled, wake) = (Unsettled::default(), Arc::default());
        Self { subjects: Vec::new(), cursor: floor, unsettled, wake }
    }

    /// Reopens the consumer: unsettled deliveries are due at once.
    pub(super) fn reopen(&mut self, subjects: Vec<String>, now: Timestamp) {
        self.subjects = subjects;
        self.unsettled.reopen(now);
        self.wake.notify_one();
    }

    pub(super) fn reads(&self, subject: &str) -> bool {
        self.subjects.iter().any(|own| own == subject)
    }

    /// Every entry up to this sequence is settled.
    pub(super) fn floor(&self) -> i64 {
        self.unsettled.first().map_or(self.cursor, |first| first - 1)
    }

    /// The due deliveries, oldest first.
    pub(super) fn take(&mut self, max: usize, now: Timestamp) -> Vec<Delivery> {
        self.unsettled.take(max, now, |sequence, attempt, entry| Delivery {
            sequence,
            subject: entry.subject.clone(),
            body: entry.body.clone(),
            attempt,
        })
    }

    /// Advances the cursor to this entry; returns whether the consumer reads its subject.
    pub(super) fn advance(&mut self, entry: &Arc<Entry>) -> bool {
        self.cursor = entry.sequence;
        let is_read = self.reads(&entry.subject);
        if is_read {
            self.unsettled.insert(entry.sequence, 1, Arc::clone(entry));
        }
        is_read
    }

    /// Advances the cursor past entries of other subjects.
    pub(super) fn skip(&mut self, upto: i64) {
        self.cursor = self.cursor.max(upto);
    }

    pub(super) fn settle(&mut self, settlements: &[Settlement], now: Timestamp) {
        self.unsettled.settle(settlements, now);
        self.wake.notify_one();
    }
}
