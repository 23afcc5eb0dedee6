//! Messages: each carries a state that was committed with it. Only committed messages are
//! published, and all of them.

use std::collections::{BTreeMap, BTreeSet};

use bus::BusMessage;
use bytes::Bytes;
use contract::Id;
use contract::envelope::{self, ReceivedEvent};
use contract::order::OrderState;
use invariants::Rule;
use serde_json::value::RawValue;
use store::batch::Batch;

use super::ContinuousChecks;
use super::coverage::{order_state, visit};
use super::publication::Publication;
use crate::operation::Deployment;

/// Committed outbox entries, and the ids of messages that the bus accepted.
#[derive(Default)]
pub(super) struct Messages {
    /// Committer and body of each outbox entry, by its id.
    committed: BTreeMap<String, (Id, Bytes)>,
    published: BTreeSet<String>,
    /// The data of each version of each aggregate.
    versions: BTreeMap<String, String>,
    /// The last version of each aggregate for which a message was committed.
    last: BTreeMap<String, u64>,
    /// The state of each order in its last committed message.
    orders: BTreeMap<String, OrderState>,
    publication: Publication,
}

/// Aggregates whose every version is published. The changes of an inventory in one commit become
/// one message, and only the end of a deadline is published.
const EVERY_VERSION: [&str; 3] = ["order", "ticket", "payment"];

impl Messages {
    pub(super) fn new(deployment: Deployment) -> Self {
        Self { publication: Publication::new(deployment), ..Self::default() }
    }

    /// Checks a message that entered the bus; returns the violations.
    pub(super) fn published(&mut self, message: &BusMessage) -> Vec<String> {
        let BusMessage { id, subject, body } = message;
        self.published.insert(id.clone());
        match self.committed.get(id) {
            Some((committer, known)) if known == body => {
                let publication = &mut self.publication;
                let texts = envelope::open(body).expect("an envelope opens");
                let events = texts.iter().map(|text| event(text));
                events.filter_map(|event| publication.entered(*committer, &event)).collect()
            }
            Some(_) => vec![format!("{subject} {id} was published with another body")],
            None if id.starts_with("replay-") => Vec::new(),
            None => vec![format!("{subject} {id} was published and never committed")],
        }
    }
}

/// The event of one part of an envelope.
fn event(text: &RawValue) -> ReceivedEvent<'_> {
    serde_json::from_str(text.get()).expect("an event")
}

impl ContinuousChecks {
    pub(super) fn messages_committed(&mut self, batch: &Batch) {
        for entry in &batch.outbox {
            let texts = envelope::open(&entry.body).expect("an envelope opens");
            for text in texts {
                self.event_committed(&event(text));
            }
            let committed = (batch.marker.committer, entry.body.clone());
            self.messages.committed.insert(entry.id.to_string(), committed);
        }
    }

    fn event_committed(&mut self, event: &ReceivedEvent<'_>) {
        let data = event.data.get();
        if let Some((version, state)) = self.present(event) {
            let is_committed =
                version > event.version || (version == event.version && state == data);
            self.findings.expect(is_committed, Rule::OneEffect, || {
                format!(
                    "{} {} carries a state that was not committed: {data}",
                    event.type_name, event.id
                )
            });
        }
        if let Some(known) = self.messages.versions.get(&*event.id)
            && known != data
        {
            let line = format!("{} was committed before as {known}, and now as {data}", event.id);
            return self.findings.note(Rule::OneEffect, line);
        }
        let is_new = self.messages.versions.insert(event.id.to_string(), data.to_owned()).is_none();
        if is_new {
            self.version_committed(event);
        }
    }

    /// The outbox has the messages of an aggregate in the order of its versions, without gaps if
    /// every version is published.
    fn version_committed(&mut self, event: &ReceivedEvent<'_>) {
        let (aggregate, _) = event.id.rsplit_once(':').expect("an id ends in a version");
        let (name, _) = aggregate.split_once(':').expect("an id begins with the aggregate");
        let last = self.messages.last.insert(aggregate.to_owned(), event.version).unwrap_or(0);
        let is_next = if EVERY_VERSION.contains(&name) {
            event.version == last + 1
        } else {
            event.version > last
        };
        self.findings.expect(is_next, Rule::OneEffect, || {
            format!("{aggregate} has a message at {}, after {last}", event.version)
        });
        if name == "order" {
            let state: OrderState = serde_json::from_str(event.data.get()).expect("an order");
            let status = state.status;
            let known = self.messages.orders.insert(event.subject.to_string(), state);
            let known = known.map(|known| order_state(known.status));
            visit(&mut self.coverage, "order", known, order_state(status));
        }
    }

    /// Version and public state of the aggregate of a message, as last committed.
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
