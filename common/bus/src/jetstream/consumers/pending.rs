//! Unsettled deliveries of one consumer.
//!
//! The client reports progress on them to the server, so this process alone decides the order and
//! the pauses of attempts, by its own clock. When the process dies, the server redelivers them to
//! another one.

use std::collections::BTreeMap;

use async_nats::jetstream::Message;
use contract::Timestamp;

use super::super::names::Names;
use crate::log::{ACK_WAIT, OUTSTANDING_MAX};
use crate::message::{Delivery, Settlement};

/// Messages by their sequence in the stream.
#[derive(Default)]
pub(crate) struct PendingDeliveries {
    pending: BTreeMap<i64, PendingDelivery>,
}

struct PendingDelivery {
    message: Message,
    /// The number of its next attempt.
    attempt: u32,
    /// When it is due; `None` before its first delivery.
    due: Option<Timestamp>,
}

impl PendingDelivery {
    fn is_due(&self, now: Timestamp) -> bool {
        self.due.is_none_or(|due| due <= now)
    }
}

impl PendingDeliveries {
    /// Adds the server's `attempt`th delivery of a message. A message that is pending already keeps
    /// its state: the server had lost track of it for a while.
    pub(crate) fn insert(&mut self, sequence: i64, attempt: u32, message: Message) {
        match self.pending.get_mut(&sequence) {
            Some(pending) => {
                pending.attempt = pending.attempt.max(attempt);
                pending.message = message;
            }
            None => {
                self.pending.insert(sequence, PendingDelivery { message, attempt, due: None });
            }
        }
    }

    /// Number of due deliveries.
    pub(crate) fn available(&self, now: Timestamp) -> usize {
        self.pending.values().filter(|pending| pending.is_due(now)).count()
    }

    /// Further messages that may be pulled.
    pub(crate) fn room(&self) -> usize {
        OUTSTANDING_MAX.saturating_sub(self.pending.len())
    }

    /// When the next delivery is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.pending.values().filter_map(|pending| pending.due).min()
    }

    /// The due deliveries, in the order of the log.
    pub(crate) fn take(&mut self, max: usize, now: Timestamp, names: &Names) -> Vec<Delivery> {
        let due = self.pending.iter_mut().filter(|(_, pending)| pending.is_due(now)).take(max);
        let deliver = |(sequence, pending): (&i64, &mut PendingDelivery)| {
            let attempt = pending.attempt;
            pending.attempt = attempt.saturating_add(1);
            pending.due = Some(now.plus(ACK_WAIT));
            Delivery {
                sequence: *sequence,
                subject: names.without_prefix(&pending.message.subject).to_owned(),
                body: pending.message.payload.clone(),
                attempt,
            }
        };
        due.map(deliver).collect()
    }

    /// Settles deliveries; returns the messages to acknowledge to the server.
    pub(crate) fn settle(&mut self, settlements: &[Settlement], now: Timestamp) -> Vec<Message> {
        let mut done = Vec::with_capacity(settlements.len());
        for settlement in settlements {
            match settlement {
                Settlement::Ack { sequence } => {
                    done.extend(self.pending.remove(sequence).map(|pending| pending.message));
                }
                Settlement::Nak { sequence, after } => {
                    if let Some(pending) = self.pending.get_mut(sequence) {
                        pending.due = Some(now.plus(*after));
                    }
                }
            }
        }
        done
    }

    /// Reopens the consumer: unsettled deliveries are due at once.
    pub(crate) fn reopen(&mut self, now: Timestamp) {
        for pending in self.pending.values_mut() {
            pending.due = pending.due.map(|_| now);
        }
    }

    /// All pending messages.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.pending.values().map(|pending| pending.message.clone()).collect()
    }
}
