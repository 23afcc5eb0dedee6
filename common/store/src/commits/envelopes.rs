//! Builds outbox entries from the messages of one batch: CloudEvents batches of one message type
//! each, bounded in count and bytes.
//!
//! The entries contain the messages of each aggregate in the order of their publication. Messages
//! of different aggregates may be reordered, so that a batch of any size usually becomes one entry
//! for each message type.

use std::collections::HashMap;

use bytes::Bytes;
use contract::envelope::{ENVELOPE_BYTES_MAX, ENVELOPE_MESSAGES_MAX};
use contract::message::{Coalescing, Sender, subject};
use contract::{Id, Outgoing, Timestamp};
use sources::{Ids, Trace};

use crate::engines::batch::NewOutboxEntry;

/// The entries, in publication order. A message joins the first envelope of its type that has
/// room and does not precede the envelope with the aggregate's previous message; without
/// such an envelope it starts a new envelope at the end.
/// Fails when a state has no JSON form, which is a bug in its type.
pub(crate) fn build(
    source: &'static str,
    now: Timestamp,
    ids: &Ids,
    messages: &[(Outgoing, Option<Trace>)],
) -> Result<Vec<NewOutboxEntry>, serde_json::Error> {
    let mut envelopes: Vec<Envelope> = Vec::new();
    let mut previous: HashMap<(&'static str, Id), usize> = HashMap::with_capacity(messages.len());
    let sender = Sender::new(source, now);
    let mut event = Vec::new();
    for (message, trace) in last_of_each(messages) {
        event.clear();
        let traceparent = trace.as_ref().map(Trace::traceparent);
        sender.encode_event(message, traceparent.as_deref(), &mut event)?;
        let least = previous.entry((message.aggregate, message.aggregate_id)).or_default();
        // A batch has few envelopes: mostly one for each type.
        let mut from_there = envelopes.iter().skip(*least);
        let found = from_there.position(|one| one.takes(message.name, &event));
        *least = found.map_or(envelopes.len(), |after| *least + after);
        match envelopes.get_mut(*least) {
            Some(envelope) => envelope.add(&event),
            None => envelopes.push(Envelope::with(message.name, &event)),
        }
    }
    let entry = |Envelope { type_name, mut events, .. }| {
        events.push(b']');
        let (id, subject) = (ids.next(now), subject(type_name));
        NewOutboxEntry { id, subject, body: Bytes::from(events), committed_at: now }
    };
    Ok(envelopes.into_iter().map(entry).collect())
}

/// An unclosed JSON array.
struct Envelope {
    type_name: &'static str,
    events: Vec<u8>,
    count: usize,
}

impl Envelope {
    fn with(type_name: &'static str, event: &[u8]) -> Self {
        Self { type_name, events: [b"[", event].concat(), count: 1 }
    }

    /// Whether it is of this type and has room.
    fn takes(&self, type_name: &str, event: &[u8]) -> bool {
        self.type_name == type_name
            && self.count < ENVELOPE_MESSAGES_MAX
            && self.events.len() + event.len() + 2 <= ENVELOPE_BYTES_MAX
    }

    fn add(&mut self, event: &[u8]) {
        self.events.push(b',');
        self.events.extend_from_slice(event);
        self.count += 1;
    }
}

/// The messages, without those that a later one of the same type and aggregate supersedes.
fn last_of_each(
    messages: &[(Outgoing, Option<Trace>)],
) -> impl Iterator<Item = &(Outgoing, Option<Trace>)> {
    let mut last: HashMap<(&'static str, Id), usize> = HashMap::new();
    for (at, (message, _)) in messages.iter().enumerate() {
        if message.coalesces == Coalescing::ToLast {
            last.insert((message.name, message.aggregate_id), at);
        }
    }
    messages.iter().enumerate().filter_map(move |(at, entry)| match entry.0.coalesces {
        Coalescing::Never => Some(entry),
        Coalescing::ToLast => {
            let last_at = last.get(&(entry.0.name, entry.0.aggregate_id));
            (last_at == Some(&at)).then_some(entry)
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use contract::envelope::{ReceivedEvent, open};
    use contract::message::{MessageType, State};
    use rand::rngs::SmallRng;
    use rand::{Rng as _, SeedableRng as _};
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Clone, Serialize, Deserialize)]
    struct Counter(Id, u64);

    impl State for Counter {
        const AGGREGATE: &'static str = "counter";

        fn id(&self) -> Id {
            self.0
        }

        fn version(&self) -> u64 {
            self.1
        }
    }

    const TYPES: [MessageType<Counter>; 4] = [
        MessageType::new("counter.created", 1),
        MessageType::new("counter.updated", 1),
        MessageType::new("counter.completed", 1),
        MessageType::coalescing("counter.counted", 1),
    ];

    /// The envelopes of messages, as type, aggregate and version each.
    fn built(messages: &[(usize, u8, u64)]) -> Vec<Vec<(usize, u8, u64)>> {
        let outgoing = |&(of, aggregate, version): &(usize, u8, u64)| {
            let id = Id::from_bytes([aggregate; 12]);
            (TYPES.get(of).unwrap().of(Counter(id, version)), None)
        };
        let messages: Vec<_> = messages.iter().map(outgoing).collect();
        let ids = Ids::seeded(1);
        let entries = build("suite", Timestamp::from_unix_ms(0), &ids, &messages).unwrap();
        let messages_of = |entry: &NewOutboxEntry| {
            let events = open(&entry.body).unwrap();
            let event = |text: &&serde_json::value::RawValue| {
                let event: ReceivedEvent<'_> = serde_json::from_str(text.get()).unwrap();
                assert_eq!(entry.subject, subject(&event.type_name), "one type in an envelope");
                let of = TYPES.iter().position(|known| known.name() == event.type_name).unwrap();
                let Counter(id, version) = serde_json::from_str(event.data.get()).unwrap();
                let aggregate = (0..u8::MAX).find(|&at| Id::from_bytes([at; 12]) == id).unwrap();
                (of, aggregate, version)
            };
            events.iter().map(event).collect()
        };
        entries.iter().map(messages_of).collect()
    }

    #[test]
    fn messages_of_many_aggregates_share_one_envelope_for_each_type() {
        let messages: Vec<_> = (0..100).flat_map(|nth| [(0, nth, 1), (1, nth, 2)]).collect();
        assert_eq!(built(&messages).iter().map(Vec::len).collect::<Vec<_>>(), [100, 100]);
    }

    /// Another aggregate started the envelope of the later type first.
    #[test]
    fn a_later_version_is_never_in_an_earlier_envelope() {
        let messages = [(2, 0, 3), (1, 1, 2), (2, 1, 3), (1, 2, 2), (2, 2, 3), (1, 3, 2)];
        let expected =
            [vec![(2, 0, 3)], vec![(1, 1, 2), (1, 2, 2), (1, 3, 2)], vec![(2, 1, 3), (2, 2, 3)]];
        assert_eq!(built(&messages), expected);
    }

    #[test]
    fn any_batch_keeps_every_message_and_the_versions_of_each_aggregate_in_order() {
        for seed in 0..200 {
            let mut random = SmallRng::seed_from_u64(seed);
            let mut versions: BTreeMap<u8, u64> = BTreeMap::new();
            let aggregates = random.random_range(1..=8);
            let messages: Vec<_> = (0..random.random_range(0..1_500))
                .map(|_| {
                    let aggregate = random.random_range(0..aggregates);
                    let version = versions.entry(aggregate).or_default();
                    *version += 1;
                    // Often of one type, so that its envelopes become full.
                    let of = if random.random() { 1 } else { random.random_range(0..4) };
                    (of, aggregate, *version)
                })
                .collect();
            let out: Vec<_> = built(&messages).into_iter().flatten().collect();
            for aggregate in 0..aggregates {
                let of_one = |all: &[(usize, u8, u64)]| -> Vec<(usize, u64)> {
                    let own = all.iter().filter(|one| one.1 == aggregate);
                    own.map(|&(of, _, version)| (of, version)).collect()
                };
                let (mut published, last) = (of_one(&messages), of_one(&messages));
                let last = last.iter().rfind(|(of, _)| *of == 3).copied();
                published.retain(|one| one.0 != 3 || Some(*one) == last);
                assert_eq!(of_one(&out), published, "seed {seed}, aggregate {aggregate}");
            }
        }
    }
}
