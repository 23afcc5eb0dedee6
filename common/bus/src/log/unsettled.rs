//! The unsettled deliveries of one consumer: the attempts of each message, and when the next one is
//! due.

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
    /// When it is due; `None` before its first delivery.
    due: Option<Timestamp>,
}

/// When a consumer has its next delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextDelivery {
    Now,
    At(Timestamp),
    Nothing,
}

impl<M> Attempted<M> {
    fn is_due(&self, now: Timestamp) -> bool {
        self.due.is_none_or(|due| due <= now)
    }
}

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
        let due = known.as_ref().and_then(|known| known.due);
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
        let due = self.messages.iter_mut().filter(|(_, message)| message.is_due(now)).take(max);
        let deliver = |(sequence, attempted): (&i64, &mut Attempted<M>)| {
            let delivery = deliver(*sequence, attempted.attempt, &attempted.message);
            attempted.attempt = attempted.attempt.saturating_add(1);
            attempted.due = Some(now.plus(ACK_WAIT));
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
                        attempted.due = Some(now.plus(*after));
                    }
                }
            }
        }
        done
    }

    /// Reopens the consumer: unsettled deliveries are due at once.
    pub(crate) fn reopen(&mut self, now: Timestamp) {
        for attempted in self.messages.values_mut() {
            attempted.due = attempted.due.map(|_| now);
        }
    }

    /// Number of unsettled messages.
    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    /// Further messages that the consumer may have unsettled.
    pub(crate) fn room(&self) -> usize {
        OUTSTANDING_MAX.saturating_sub(self.messages.len())
    }

    /// Further messages for `max` deliveries, as far as there is room.
    pub(crate) fn missing(&self, max: usize, now: Timestamp) -> usize {
        let due = self.messages.values().filter(|message| message.is_due(now)).count();
        max.saturating_sub(due).min(self.room())
    }

    /// Whether a delivery is due, and if not, when the next one is.
    pub(crate) fn next_delivery(&self, now: Timestamp) -> NextDelivery {
        if self.messages.values().any(|message| message.is_due(now)) {
            return NextDelivery::Now;
        }
        let due = self.messages.values().filter_map(|message| message.due).min();
        due.map_or(NextDelivery::Nothing, NextDelivery::At)
    }

    /// The sequence of the oldest message.
    pub(crate) fn first(&self) -> Option<i64> {
        self.messages.first_key_value().map(|(first, _)| *first)
    }

    /// All messages.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &M> {
        self.messages.values().map(|attempted| &attempted.message)
    }
}
