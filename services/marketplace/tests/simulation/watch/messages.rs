//! Messages: each carries a state that was committed with it; only what was committed is published, and all of it.

use std::collections::{BTreeMap, BTreeSet};

use bus::BusMessage;
use bytes::Bytes;
use contract::envelope::{self, ReceivedEvent};
use contract::order::OrderState;
use store::engine::Batch;
use testing::checker::Rule;

use super::Watch;

/// What was committed to outboxes, and what of it the bus took.
#[derive(Default)]
pub(super) struct Messages {
    /// Bodies by the ids of their entries.
    committed: BTreeMap<String, Bytes>,
    published: BTreeSet<String>,
    /// The data of each version of each aggregate.
    versions: BTreeMap<String, String>,
    /// The state of each order that was told of last.
    orders: BTreeMap<String, OrderState>,
}

impl Messages {
    pub(super) fn published(&mut self, message: &BusMessage) -> Result<(), String> {
        let BusMessage { id, subject, body } = message;
        self.published.insert(id.clone());
        match self.committed.get(id) {
            Some(committed) if committed == body => Ok(()),
            Some(_) => Err(format!("{subject} {id} was published with another body")),
            None if id.starts_with("replay-") => Ok(()),
            None => Err(format!("{subject} {id} was published and never committed")),
        }
    }
}

impl Watch {
    pub(super) fn messages_committed(&mut self, batch: &Batch) {
        for entry in &batch.outbox {
            let texts = envelope::open(&entry.body).expect("an envelope opens");
            for text in texts {
                let event: ReceivedEvent<'_> = serde_json::from_str(text.get()).expect("an event");
                self.event_committed(&event);
            }
            self.messages.committed.insert(entry.id.to_string(), entry.body.clone());
        }
    }

    fn event_committed(&mut self, event: &ReceivedEvent<'_>) {
        let data = event.data.get();
        if let Some((version, state)) = self.present(event) {
            let is_committed =
                version > event.version || (version == event.version && state == data);
            self.expect(is_committed, Rule::OneEffect, || {
                format!("{} {} carries what was not committed: {data}", event.type_name, event.id)
            });
        }
        if let Some(known) = self.messages.versions.get(&*event.id)
            && known != data
        {
            let line = format!("{} was told of before as {known}, and now as {data}", event.id);
            return self.note(Rule::OneEffect, line);
        }
        let is_new = self.messages.versions.insert(event.id.to_string(), data.to_owned()).is_none();
        if is_new && event.type_name.starts_with("order.") {
            self.order_told(event);
        }
    }

    /// Every version of an order is told of, one after the other.
    fn order_told(&mut self, event: &ReceivedEvent<'_>) {
        let state: OrderState = serde_json::from_str(event.data.get()).expect("an order");
        let known = self.messages.orders.insert(event.subject.to_string(), state.clone());
        let last = known.as_ref().map_or(0, |known| known.version);
        self.expect(state.version == last + 1, Rule::OneEffect, || {
            format!("order {} is told of as {}, after {last}", state.id, state.version)
        });
        self.coverage.order(known.map(|known| known.status), state.status);
    }

    /// Version and public state of the aggregate that a message tells of, as committed last.
    fn present(&self, event: &ReceivedEvent<'_>) -> Option<(u64, String)> {
        let (aggregate, _) = event.type_name.split_once('.')?;
        let id = &event.subject;
        let text = |state: serde_json::Result<String>| state.expect("a state is JSON");
        Some(match aggregate {
            "order" => {
                let state = &self.orders.get(&id.parse().ok()?)?.state;
                (state.version, text(serde_json::to_string(state)))
            }
            "inventory" => {
                let state = self.inventories.get(&id.parse().ok()?)?.state();
                (state.version, text(serde_json::to_string(&state)))
            }
            "ticket" => {
                let state = self.tickets.get(&id.parse().ok()?)?.state();
                (state.version, text(serde_json::to_string(&state)))
            }
            "revision" => {
                let state = self.tickets.get(&id.parse().ok()?)?.revision_state()?;
                (state.number, text(serde_json::to_string(&state)))
            }
            "payment" => {
                let state = self.payments.get(&id.parse().ok()?)?.public_state()?;
                (state.version, text(serde_json::to_string(&state)))
            }
            "expiration" => {
                let state = self.deadlines.get(&id.parse().ok()?)?.state();
                (state.version, text(serde_json::to_string(&state)))
            }
            _ => return None,
        })
    }

    /// Messages that were committed and never published.
    pub(crate) fn unpublished(&self) -> Vec<String> {
        let Messages { committed, published, .. } = &self.messages;
        let lost = committed.keys().filter(|id| !published.contains(*id));
        lost.map(|id| format!("message {id} was never published")).collect()
    }
}
