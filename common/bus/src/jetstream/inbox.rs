//! What one consumer has been given by the server and has not settled.
//!
//! The server is told again and again that these are still held, so the order of attempts and their pauses are this process's
//! own affair, by its own clock. When the process dies, the server gives them to another one.

use std::collections::BTreeMap;

use async_nats::jetstream::Message;
use contract::Timestamp;

use super::names::Names;
use crate::log::{ACK_WAIT, OUTSTANDING_MAX};
use crate::message::{Delivery, Settlement};

/// Messages by their place in the stream.
#[derive(Default)]
pub(super) struct Inbox {
    held: BTreeMap<i64, Held>,
}

struct Held {
    message: Message,
    /// The number that its next delivery has.
    attempt: u32,
    /// When it is due; `None` when it has not been delivered yet.
    due: Option<Timestamp>,
}

impl Held {
    fn is_due(&self, now: Timestamp) -> bool {
        self.due.is_none_or(|due| due <= now)
    }
}

impl Inbox {
    /// Takes in what the server gives, for the `attempt`th time. What is held already stays where it is: the server has
    /// lost sight of it for a while.
    pub(super) fn arrive(&mut self, sequence: i64, attempt: u32, message: Message) {
        match self.held.get_mut(&sequence) {
            Some(held) => {
                held.attempt = held.attempt.max(attempt);
                held.message = message;
            }
            None => {
                self.held.insert(sequence, Held { message, attempt, due: None });
            }
        }
    }

    /// Deliveries that could be taken now.
    pub(super) fn available(&self, now: Timestamp) -> usize {
        self.held.values().filter(|held| held.is_due(now)).count()
    }

    /// What more may be asked of the server.
    pub(super) fn room(&self) -> usize {
        OUTSTANDING_MAX.saturating_sub(self.held.len())
    }

    /// When the next delivery is due.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.held.values().filter_map(|held| held.due).min()
    }

    /// What is due, in the order of the log.
    pub(super) fn take(&mut self, max: usize, now: Timestamp, names: &Names) -> Vec<Delivery> {
        let due = self.held.iter_mut().filter(|(_, held)| held.is_due(now)).take(max);
        let deliver = |(sequence, held): (&i64, &mut Held)| {
            let attempt = held.attempt;
            held.attempt = attempt.saturating_add(1);
            held.due = Some(now.plus(ACK_WAIT));
            Delivery {
                sequence: *sequence,
                subject: names.at_home(&held.message.subject).to_owned(),
                body: held.message.payload.clone(),
                attempt,
            }
        };
        due.map(deliver).collect()
    }

    /// Settles deliveries; answers what the server has to be told is done.
    pub(super) fn settle(&mut self, settlements: &[Settlement], now: Timestamp) -> Vec<Message> {
        let mut done = Vec::with_capacity(settlements.len());
        for settlement in settlements {
            match settlement {
                Settlement::Done { sequence } => {
                    done.extend(self.held.remove(sequence).map(|held| held.message));
                }
                Settlement::Again { sequence, after } => {
                    if let Some(held) = self.held.get_mut(sequence) {
                        held.due = Some(now.plus(*after));
                    }
                }
            }
        }
        done
    }

    /// The consumer is taken up again: what was delivered and not settled is due at once.
    pub(super) fn reopen(&mut self, now: Timestamp) {
        for held in self.held.values_mut() {
            held.due = held.due.map(|_| now);
        }
    }

    /// All that is held.
    pub(super) fn messages(&self) -> Vec<Message> {
        self.held.values().map(|held| held.message.clone()).collect()
    }
}
