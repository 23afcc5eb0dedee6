//! The unsettled deliveries of one consumer: their attempts, and when the next one is due.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::Timestamp;

use crate::message::{Delivery, Settlement};

/// Time after which an unsettled delivery is redelivered: longer than any commit takes.
pub const ACK_WAIT: Duration = Duration::from_secs(30);

/// Maximum unsettled deliveries of one consumer; bounds the redeliveries after a crash.
pub const OUTSTANDING_MAX: usize = 1_024;

/// Messages by their sequence in the log.
#[derive(Debug)]
pub(crate) struct Unsettled<M> {
    messages: BTreeMap<i64, Attempted<M>>,
}

#[derive(Debug)]
struct Attempted<M> {
    message: M,
    /// The number of its next attempt.
    attempt: u32,
    due: Timestamp,
}

/// When a message is due before its first delivery.
pub(super) const AT_ONCE: Timestamp = Timestamp::from_unix_ms(i64::MIN);

impl<M> Default for Unsettled<M> {
    fn default() -> Self {
        Self { messages: BTreeMap::new() }
    }
}

impl<M> Unsettled<M> {
    /// Adds a message, due at once. A message that is unsettled already keeps its schedule: a broker
    /// had lost track of it for a while.
    pub(crate) fn insert(&mut self, sequence: i64, attempt: u32, message: M) {
        let known = self.messages.remove(&sequence);
        let due = known.as_ref().map_or(AT_ONCE, |known| known.due);
        let attempt = known.map_or(attempt, |known| known.attempt.max(attempt));
        self.messages.insert(sequence, Attempted { message, attempt, due });
    }

    /// The due deliveries, in the order of the log.
    pub(crate) fn take(
        &mut self,
        max: usize,
        now: Timestamp,
        deliver: impl Fn(i64, u32, &M) -> Delivery,
    ) -> Vec<Delivery> {
        let due = self.messages.iter_mut().filter(|(_, message)| message.due <= now).take(max);
        let deliver = |(sequence, attempted): (&i64, &mut Attempted<M>)| {
            let delivery = deliver(*sequence, attempted.attempt, &attempted.message);
            attempted.attempt = attempted.attempt.saturating_add(1);
            attempted.due = now.plus(ACK_WAIT);
            delivery
        };
        due.map(deliver).collect()
    }

    /// Settles deliveries; returns the messages that are done.
    pub(crate) fn settle(&mut self, settlements: &[Settlement], now: Timestamp) -> Vec<M> {
        let mut done = Vec::with_capacity(settlements.len());
        for settlement in settlements {
            match settlement {
                Settlement::Ack { sequence } => {
                    done.extend(self.messages.remove(sequence).map(|settled| settled.message));
                }
                Settlement::Nak { sequence, after } => {
                    if let Some(attempted) = self.messages.get_mut(sequence) {
                        attempted.due = now.plus(*after);
                    }
                }
            }
        }
        done
    }

    /// Reopens the consumer: unsettled deliveries are due at once.
    pub(crate) fn reopen(&mut self, now: Timestamp) {
        for attempted in self.messages.values_mut() {
            attempted.due = attempted.due.min(now);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    /// Further messages that the consumer may have unsettled.
    pub(crate) fn room(&self) -> usize {
        OUTSTANDING_MAX.saturating_sub(self.messages.len())
    }

    /// Further messages for `max` deliveries, as far as there is room.
    pub(crate) fn missing(&self, max: usize, now: Timestamp) -> usize {
        let due = self.messages.values().filter(|message| message.due <= now).count();
        max.saturating_sub(due).min(self.room())
    }

    /// When the next delivery is due, which may be in the past; `None` without any message.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.messages.values().map(|message| message.due).min()
    }

    pub(crate) fn first(&self) -> Option<i64> {
        self.messages.first_key_value().map(|(first, _)| *first)
    }

    pub(crate) fn messages(&self) -> impl Iterator<Item = &M> {
        self.messages.values().map(|attempted| &attempted.message)
    }
}
