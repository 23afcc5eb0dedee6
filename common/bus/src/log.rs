//! What both engines share: the entries of the log, and for each consumer what it has seen and not settled.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use contract::Timestamp;
use tokio::sync::Notify;

use crate::message::{ConsumerSpec, Delivery, Lag, Settlement};

/// Time a consumer has for a delivery before it is delivered again: longer than any commit takes.
pub const ACK_WAIT: Duration = Duration::from_secs(30);

/// Deliveries that one consumer may hold unsettled; bounds what a crash redelivers.
pub const OUTSTANDING_MAX: usize = 1_024;

/// How long the id of a published message is remembered (NATS JetStream's default).
pub const DUPLICATE_WINDOW: Duration = Duration::from_mins(2);

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place.
    pub sequence: i64,
    /// Its id.
    pub id: String,
    /// Its subject.
    pub subject: String,
    /// An envelope.
    pub body: Bytes,
    /// When it was published.
    pub at: Timestamp,
}

/// The entries in memory and the consumers' positions.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: BTreeMap<i64, Arc<Entry>>,
    bytes: usize,
    last: i64,
    /// Everything up to here is not in memory (settled by all, or on disk only).
    behind: i64,
    recent: HashMap<String, i64>,
    recent_order: VecDeque<(Timestamp, String)>,
    consumers: HashMap<String, Position>,
}

#[derive(Debug)]
struct Position {
    subjects: Vec<String>,
    /// The last entry looked at.
    cursor: i64,
    outstanding: BTreeMap<i64, Outstanding>,
    notify: Arc<Notify>,
}

#[derive(Debug, Clone)]
struct Outstanding {
    attempt: u32,
    again_at: Timestamp,
    entry: Arc<Entry>,
}

/// What a fetch could give.
pub(crate) enum Fetched {
    Deliveries(Vec<Delivery>),
    /// The entries behind this place are on disk only; offer them with [`Log::look_at`].
    OnDisk {
        after: i64,
    },
}

impl Position {
    fn floor(&self) -> i64 {
        self.outstanding.first_key_value().map_or(self.cursor, |(first, _)| first - 1)
    }

    fn look_at(&mut self, entry: &Arc<Entry>, now: Timestamp) -> Option<Delivery> {
        self.cursor = entry.sequence;
        if !self.subjects.contains(&entry.subject) {
            return None;
        }
        let outstanding =
            Outstanding { attempt: 1, again_at: now.plus(ACK_WAIT), entry: Arc::clone(entry) };
        self.outstanding.insert(entry.sequence, outstanding);
        Some(delivery(entry, 1))
    }
}

fn delivery(entry: &Entry, attempt: u32) -> Delivery {
    Delivery {
        sequence: entry.sequence,
        subject: entry.subject.clone(),
        body: entry.body.clone(),
        attempt,
    }
}

impl Log {
    /// A log whose last entry is `last`, none of it in memory.
    pub(crate) fn resumed(last: i64) -> Self {
        Self { last, behind: last, ..Self::default() }
    }

    pub(crate) fn last(&self) -> i64 {
        self.last
    }

    /// The last place that is not in memory.
    pub(crate) fn behind(&self) -> i64 {
        self.behind
    }

    /// Whether a message with this id was published within the duplicate window.
    pub(crate) fn is_duplicate(&self, id: &str) -> bool {
        self.recent.contains_key(id)
    }

    /// Remembers an id for the duplicate window.
    pub(crate) fn remember(&mut self, id: &str, sequence: i64, at: Timestamp) {
        self.recent.insert(id.to_owned(), sequence);
        self.recent_order.push_back((at, id.to_owned()));
    }

    /// Adds an entry and wakes the consumers of its subject.
    pub(crate) fn append(&mut self, entry: Entry) {
        self.remember(&entry.id.clone(), entry.sequence, entry.at);
        self.last = entry.sequence;
        self.bytes += entry.body.len();
        for consumer in self.consumers.values() {
            if consumer.subjects.contains(&entry.subject) {
                consumer.notify.notify_one();
            }
        }
        self.entries.insert(entry.sequence, Arc::new(entry));
    }

    /// Adds a consumer, or gives a known one its subjects; answers what wakes it.
    pub(crate) fn consumer(&mut self, spec: &ConsumerSpec, floor: i64) -> Arc<Notify> {
        let notify = Arc::new(Notify::new());
        notify.notify_one();
        let position = Position {
            subjects: spec.subjects.clone(),
            cursor: floor,
            outstanding: BTreeMap::new(),
            notify: Arc::clone(&notify),
        };
        self.consumers.insert(spec.name.clone(), position);
        notify
    }

    /// What is due again, then what is new, up to `max`.
    pub(crate) fn fetch(&mut self, name: &str, max: usize, now: Timestamp) -> Fetched {
        let Some(position) = self.consumers.get_mut(name) else {
            return Fetched::Deliveries(Vec::new());
        };
        let mut fetched = Vec::new();
        for outstanding in position.outstanding.values_mut() {
            if fetched.len() < max && outstanding.again_at <= now {
                outstanding.attempt += 1;
                outstanding.again_at = now.plus(ACK_WAIT);
                fetched.push(delivery(&outstanding.entry, outstanding.attempt));
            }
        }
        let room = |position: &Position, fetched: &Vec<Delivery>| {
            fetched.len() < max && position.outstanding.len() < OUTSTANDING_MAX
        };
        if room(position, &fetched) && position.cursor < self.behind {
            if fetched.is_empty() {
                return Fetched::OnDisk { after: position.cursor };
            }
            return Fetched::Deliveries(fetched);
        }
        while room(position, &fetched) {
            let Some((_, entry)) = self.entries.range(position.cursor + 1..).next() else {
                position.cursor = position.cursor.max(self.last);
                break;
            };
            fetched.extend(position.look_at(entry, now));
        }
        Fetched::Deliveries(fetched)
    }

    /// Has a consumer look at entries read from disk; `upto` is the last place that was read.
    pub(crate) fn look_at(
        &mut self,
        name: &str,
        entries: Vec<Entry>,
        upto: i64,
        now: Timestamp,
    ) -> Vec<Delivery> {
        let Some(position) = self.consumers.get_mut(name) else { return Vec::new() };
        let mut fetched = Vec::new();
        for entry in entries {
            if entry.sequence > position.cursor {
                fetched.extend(position.look_at(&Arc::new(entry), now));
            }
        }
        position.cursor = position.cursor.max(upto);
        fetched
    }

    pub(crate) fn settle(&mut self, name: &str, settlements: &[Settlement], now: Timestamp) {
        let Some(position) = self.consumers.get_mut(name) else { return };
        for settlement in settlements {
            match settlement {
                Settlement::Done { sequence } => {
                    position.outstanding.remove(sequence);
                }
                Settlement::Again { sequence, after } => {
                    if let Some(outstanding) = position.outstanding.get_mut(sequence) {
                        outstanding.again_at = now.plus(*after);
                    }
                }
            }
        }
        position.notify.notify_one();
    }

    /// Whether a fetch would give something now.
    pub(crate) fn has_work(&self, name: &str, now: Timestamp) -> bool {
        self.consumers.get(name).is_some_and(|position| {
            let due = position.outstanding.values().any(|one| one.again_at <= now);
            let room = position.outstanding.len() < OUTSTANDING_MAX;
            due || (room && position.cursor < self.last)
        })
    }

    /// When the next delivery is due again.
    pub(crate) fn next_due(&self, name: &str) -> Option<Timestamp> {
        let position = self.consumers.get(name)?;
        position.outstanding.values().map(|one| one.again_at).min()
    }

    /// Every consumer's floor: all up to it is settled.
    pub(crate) fn floors(&self) -> impl Iterator<Item = (&str, i64)> {
        self.consumers.iter().map(|(name, position)| (name.as_str(), position.floor()))
    }

    /// The least floor; `None` without consumers.
    pub(crate) fn least_floor(&self) -> Option<i64> {
        self.consumers.values().map(Position::floor).min()
    }

    /// Forgets what every consumer has settled and what is over `bytes_max`, the oldest first, and ids past the window.
    pub(crate) fn trim(&mut self, bytes_max: usize, now: Timestamp) {
        let settled = self.least_floor().unwrap_or(0);
        while let Some(first) = self.entries.first_entry() {
            if *first.key() > settled && self.bytes <= bytes_max {
                break;
            }
            let (sequence, entry) = first.remove_entry();
            self.bytes -= entry.body.len();
            self.behind = self.behind.max(sequence);
        }
        self.forget_ids(now);
    }

    /// Forgets ids past the duplicate window.
    pub(crate) fn forget_ids(&mut self, now: Timestamp) {
        let old = now.minus(DUPLICATE_WINDOW);
        while self.recent_order.front().is_some_and(|(at, _)| *at < old) {
            if let Some((_, id)) = self.recent_order.pop_front() {
                self.recent.remove(&id);
            }
        }
    }

    pub(crate) fn lag(&self) -> Vec<Lag> {
        let lag_of = |(name, position): (&String, &Position)| {
            let unseen = self.entries.range(position.cursor + 1..);
            let unseen = unseen.filter(|(_, entry)| position.subjects.contains(&entry.subject));
            let on_disk = u64::try_from(self.behind - position.cursor).unwrap_or(0);
            let in_memory = unseen.count() + position.outstanding.len();
            let unsettled = on_disk + u64::try_from(in_memory).unwrap_or(u64::MAX);
            Lag { consumer: name.clone(), unsettled }
        };
        let mut lag: Vec<Lag> = self.consumers.iter().map(lag_of).collect();
        lag.sort_by(|a, b| a.consumer.cmp(&b.consumer));
        lag
    }
}
