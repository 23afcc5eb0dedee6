//! Messages: each carries a state that was committed with it. Only committed messages are
//! published, and all of them; those of each aggregate enter the bus in the order of its versions.
//! Replicas publish independently, so the order then holds for the messages of each committer.

use std::collections::{BTreeMap, BTreeSet};

use bus::BusMessage;
use bytes::Bytes;
use contract::envelope::{self, ReceivedEvent};
use contract::notice::NoticeState;
use contract::order::OrderState;
use contract::revision::RevisionState;
use contract::ticket::TicketState;
use contract::{Id, State};
use invariants::Rule;
use serde_json::value::RawValue;
use store::batch::Batch;

use super::Checks;
use super::coverage::{ORDER, order_state, visit};

#[derive(Default)]
pub(super) struct Messages {
    /// Committer and body of each outbox entry, by its id, and whether it was published.
    committed: BTreeMap<String, (Id, Bytes, bool)>,
    /// The data of each version of each aggregate.
    versions: BTreeMap<String, String>,
    /// The last version of each aggregate for which a message was committed.
    last: BTreeMap<String, u64>,
    pub(super) are_replicas: bool,
    /// Ids of published events; later copies are ignored.
    seen: BTreeSet<String>,
    /// The last published version of each aggregate; with replicas, of each committer's messages.
    last_published: BTreeMap<(Option<Id>, String), u64>,
}

/// Aggregates whose every version is published. The changes of an inventory in one commit become
/// one message, and only the end of a deadline is published.
const EVERY_VERSION: [&str; 6] = ["admission", "order", "ticket", "transfer", "payment", "show"];

impl Messages {
    /// Checks a message that entered the bus; returns the violations.
    pub(super) fn published(&mut self, message: &BusMessage) -> Vec<String> {
        let BusMessage { id, subject, body } = message;
        match self.committed.get_mut(id) {
            Some((committer, known, is_published)) if known == body => {
                *is_published = true;
                let committer = *committer;
                let texts = envelope::open(body).expect("an envelope opens");
                let events = texts.iter().map(|text| event(text));
                events.filter_map(|event| self.entered(committer, &event)).collect()
            }
            Some(_) => vec![format!("{subject} {id} was published with another body")],
            None if id.starts_with("replay-") => Vec::new(),
            None => vec![format!("{subject} {id} was published and never committed")],
        }
    }

    /// Every requested notice.
    pub(super) fn notices(&self) -> Vec<NoticeState> {
        let start = "notice:".to_owned();
        let notices = self.versions.range(start..).take_while(|(id, _)| id.starts_with("notice:"));
        let requested = notices.filter(|(id, _)| id.ends_with(":1"));
        requested.map(|(_, data)| serde_json::from_str(data).expect("a notice")).collect()
    }

    /// Checks the order of an event of this committer that entered the bus; returns a violation.
    fn entered(&mut self, committer: Id, event: &ReceivedEvent<'_>) -> Option<String> {
        if !self.seen.insert(event.id.to_string()) {
            return None;
        }
        let (aggregate, _) = event.id.rsplit_once(':').expect("an id ends in a version");
        let committer = self.are_replicas.then_some(committer);
        let last = self.last_published.entry((committer, aggregate.to_owned())).or_default();
        let before = std::mem::replace(last, event.version);
        (before >= event.version)
            .then(|| format!("{aggregate} is published at {}, after {before}", event.version))
    }
}

fn published(state: &impl State) -> (u64, String) {
    (state.version(), serde_json::to_string(state).expect("a state is JSON"))
}

fn event(text: &RawValue) -> ReceivedEvent<'_> {
    serde_json::from_str(text.get()).expect("an event")
}

impl Checks {
    pub(super) fn messages_committed(&mut self, batch: &Batch) {
        for entry in &batch.outbox {
            let texts = envelope::open(&entry.body).expect("an envelope opens");
            for text in texts {
                self.event_committed(&event(text));
            }
            let committed = (batch.marker.committer, entry.body.clone(), false);
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

    /// The outbox has an aggregate's versions in order, without gaps if every one is published.
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
            let state = |data: &str| {
                let order: OrderState = serde_json::from_str(data).expect("an order");
                order_state(order.status)
            };
            let known = self.messages.versions.get(&format!("{aggregate}:{last}"));
            let known = known.map(|known| state(known));
            visit(&mut self.visited, ORDER, known, &state(event.data.get()));
        }
    }

    /// Version and public state of the aggregate of a message, as last committed.
    fn present(&self, event: &ReceivedEvent<'_>) -> Option<(u64, String)> {
        let (aggregate, _) = event.type_name.split_once('.')?;
        let id = &event.subject;
        Some(match aggregate {
            "admission" => published(&self.admissions.get(&id.parse().ok()?)?.state),
            "transfer" => published(&self.transfers.get(&id.parse().ok()?)?.state),
            "contact" => published(&self.users.get(&id.parse().ok()?)?.contact()),
            "order" => published(&self.orders.get(&id.parse().ok()?)?.state),
            "inventory" => published(&self.inventories.get(&id.parse().ok()?)?.state()),
            "ticket" => published(&self.tickets.get(&id.parse().ok()?)?.state()),
            "revision" => {
                let mut pending = self.tickets.get(&id.parse().ok()?)?.revision_state()?;
                let requested = event.data.get();
                let requested: RevisionState =
                    serde_json::from_str(requested).expect("a revision is requested");
                // A change of the show later in the batch raises the ticket's version.
                if pending.ticket.version > requested.ticket.version {
                    let TicketState { version, show, venue, starts_at, .. } = requested.ticket;
                    pending.ticket =
                        TicketState { version, show, venue, starts_at, ..pending.ticket };
                }
                published(&pending)
            }
            "show" => published(&self.shows.get(&id.parse().ok()?)?.state()),
            "show_revision" => published(&self.shows.get(&id.parse().ok()?)?.revision_state()?),
            "show_terms" => published(&self.order_shows.get(&id.parse().ok()?)?.terms()?),
            "sale" => published(&self.sales.get(&id.parse().ok()?)?.state),
            "show_refunds" => published(&self.show_refunds.get(&id.parse().ok()?)?.state),
            "payment" => published(&self.payments.get(&id.parse().ok()?)?.public_state()?),
            "expiration" => published(&self.deadlines.get(&id.parse().ok()?)?.state()),
            _ => return None,
        })
    }

    pub(crate) fn unpublished(&self) -> Vec<String> {
        let lost = self.messages.committed.iter().filter(|(_, (_, _, is_published))| !is_published);
        lost.map(|(id, _)| format!("message {id} was never published")).collect()
    }
}
