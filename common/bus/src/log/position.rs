//! The position of one consumer: its cursor, and the unsettled deliveries before it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use tokio::sync::Notify;

use super::entry::Entry;
use crate::message::{Delivery, Settlement};

/// Time after which an unsettled delivery is redelivered: longer than any commit takes.
pub const ACK_WAIT: Duration = Duration::from_secs(30);

/// Maximum unsettled deliveries of one consumer; bounds the redeliveries after a crash.
pub const OUTSTANDING_MAX: usize = 1_024;

/// A consumer's position in the log.
#[derive(Debug)]
pub(crate) struct Position {
    subjects: Vec<String>,
    /// The last entry passed.
    cursor: i64,
    outstanding: BTreeMap<i64, Outstanding>,
    wake: Arc<Notify>,
}

/// An unsettled delivery.
#[derive(Debug)]
struct Outstanding {
    attempt: u32,
    again_at: Timestamp,
    entry: Arc<Entry>,
}

impl Outstanding {
    fn delivery(&self) -> Delivery {
        Delivery {
            sequence: self.entry.sequence,
            subject: self.entry.subject.clone(),
            body: self.entry.body.clone(),
            attempt: self.attempt,
        }
    }
}

impl Position {
    /// A consumer that has settled everything up to `floor`.
    pub(crate) fn new(subjects: Vec<String>, floor: i64) -> Self {
        let wake = Arc::new(Notify::new());
        Self { subjects, cursor: floor, outstanding: BTreeMap::new(), wake }
    }

    /// Reopens the consumer: unsettled deliveries are due at once.
    pub(crate) fn reopen(&mut self, subjects: Vec<String>, now: Timestamp) {
        self.subjects = subjects;
        for outstanding in self.outstanding.values_mut() {
            outstanding.again_at = now;
        }
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
        self.outstanding.first_key_value().map_or(self.cursor, |(first, _)| first - 1)
    }

    pub(crate) fn outstanding(&self) -> usize {
        self.outstanding.len()
    }

    /// Further deliveries that it may have unsettled.
    pub(crate) fn room(&self) -> usize {
        OUTSTANDING_MAX.saturating_sub(self.outstanding.len())
    }

    /// When the next redelivery is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.outstanding.values().map(|one| one.again_at).min()
    }

    /// The due redeliveries, oldest first.
    pub(crate) fn take_due(&mut self, max: usize, now: Timestamp) -> Vec<Delivery> {
        let due = self.outstanding.values_mut().filter(|one| one.again_at <= now).take(max);
        let again = due.map(|one| {
            one.attempt = one.attempt.saturating_add(1);
            one.again_at = now.plus(ACK_WAIT);
            one.delivery()
        });
        again.collect()
    }

    /// Advances the cursor to this entry; returns a delivery if the consumer reads its subject.
    pub(crate) fn deliver(&mut self, entry: &Arc<Entry>, now: Timestamp) -> Option<Delivery> {
        self.cursor = entry.sequence;
        if !self.reads(&entry.subject) {
            return None;
        }
        let again_at = now.plus(ACK_WAIT);
        let outstanding = Outstanding { attempt: 1, again_at, entry: Arc::clone(entry) };
        let delivery = outstanding.delivery();
        self.outstanding.insert(entry.sequence, outstanding);
        Some(delivery)
    }

    /// Advances the cursor past entries of other subjects.
    pub(crate) fn skip(&mut self, upto: i64) {
        self.cursor = self.cursor.max(upto);
    }

    pub(crate) fn settle(&mut self, settlements: &[Settlement], now: Timestamp) {
        for settlement in settlements {
            match settlement {
                Settlement::Ack { sequence } => {
                    self.outstanding.remove(sequence);
                }
                Settlement::Nak { sequence, after } => {
                    if let Some(outstanding) = self.outstanding.get_mut(sequence) {
                        outstanding.again_at = now.plus(*after);
                    }
                }
            }
        }
        self.wake.notify_one();
    }
}
