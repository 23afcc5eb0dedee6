//! Turns the messages of one batch into outbox entries: one CloudEvents batch a message type, bounded in count and bytes.

use std::collections::HashMap;

use bytes::Bytes;
use contract::envelope::{ENVELOPE_BYTES_MAX, ENVELOPE_MESSAGES_MAX, Sender};
use contract::message::{Coalesces, subject};
use contract::{Id, Outgoing, Timestamp};
use sources::{Ids, Trace};

use crate::engine::NewOutboxEntry;

/// Everything of an envelope but its messages.
pub(crate) struct Sealer<'s> {
    pub(crate) source: &'static str,
    pub(crate) now: Timestamp,
    pub(crate) ids: &'s Ids,
}

impl Sealer<'_> {
    /// The entries, in the order in which the types were first published.
    ///
    /// # Errors
    /// When a state has no JSON form, which is a bug in its type.
    pub(crate) fn seal(
        &self,
        messages: &[(Outgoing, Option<Trace>)],
    ) -> Result<Vec<NewOutboxEntry>, serde_json::Error> {
        let mut envelopes: Vec<Envelope> = Vec::new();
        let mut open: HashMap<&'static str, usize> = HashMap::new();
        let sender = Sender::new(self.source, self.now);
        let mut event = Vec::new();
        for (message, trace) in last_of_each(messages) {
            event.clear();
            let traceparent = trace.as_ref().map(Trace::traceparent);
            sender.seal(message, traceparent.as_deref(), &mut event)?;
            let current = open.get(message.name).and_then(|&at| envelopes.get_mut(at));
            match current {
                Some(envelope) if envelope.has_room_for(&event) => envelope.add(&event),
                Some(_) | None => {
                    open.insert(message.name, envelopes.len());
                    envelopes.push(Envelope::with(message.name, &event));
                }
            }
        }
        Ok(envelopes.into_iter().map(|envelope| self.entry(envelope)).collect())
    }

    fn entry(&self, envelope: Envelope) -> NewOutboxEntry {
        let mut body = envelope.events;
        body.push(b']');
        NewOutboxEntry {
            id: self.ids.next(self.now),
            subject: subject(envelope.type_name),
            body: Bytes::from(body),
            committed_at: self.now,
        }
    }
}

/// A JSON array that is not closed yet.
struct Envelope {
    type_name: &'static str,
    events: Vec<u8>,
    count: usize,
}

impl Envelope {
    fn with(type_name: &'static str, event: &[u8]) -> Self {
        Self { type_name, events: [b"[", event].concat(), count: 1 }
    }

    fn has_room_for(&self, event: &[u8]) -> bool {
        self.count < ENVELOPE_MESSAGES_MAX
            && self.events.len() + event.len() + 2 <= ENVELOPE_BYTES_MAX
    }

    fn add(&mut self, event: &[u8]) {
        self.events.push(b',');
        self.events.extend_from_slice(event);
        self.count += 1;
    }
}

/// The messages, less those that a later one of the same type and aggregate stands for.
fn last_of_each(
    messages: &[(Outgoing, Option<Trace>)],
) -> impl Iterator<Item = &(Outgoing, Option<Trace>)> {
    let mut last: HashMap<(&'static str, Id), usize> = HashMap::new();
    for (at, (message, _)) in messages.iter().enumerate() {
        if message.coalesces == Coalesces::ToLast {
            last.insert((message.name, message.aggregate_id), at);
        }
    }
    messages.iter().enumerate().filter_map(move |(at, entry)| match entry.0.coalesces {
        Coalesces::Never => Some(entry),
        Coalesces::ToLast => {
            let last_at = last.get(&(entry.0.name, entry.0.aggregate_id));
            (last_at == Some(&at)).then_some(entry)
        }
    })
}
