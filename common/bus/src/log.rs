//! What both engines share: the entries of the log, and how far each consumer is.

mod position;
mod recent;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use contract::Timestamp;
use parking_lot::Mutex;
use sources::Clock;
use tokio::sync::Notify;

use crate::message::{ConsumerSpec, Delivery, Lag, Settlement};
use position::Position;
pub(crate) use recent::{RECENT_IDS_MAX, RecentIds, is_within_window};

/// Time a consumer has for a delivery before it is delivered again: longer than any commit takes.
pub const ACK_WAIT: Duration = Duration::from_secs(30);

/// Deliveries that one consumer may hold unsettled; bounds what a crash redelivers.
pub const OUTSTANDING_MAX: usize = 1_024;

/// How long the id of a published message is remembered (NATS JetStream's default).
pub const DUPLICATE_WINDOW: Duration = Duration::from_mins(2);

/// Entries removed in one step of retention: a few milliseconds of the writer.
pub const TRIM_MAX: usize = 500;

/// Entries passed over in one look at the disk, for a consumer that is far behind and reads few of them.
const DISK_SPAN: i64 = 4_096;

/// How much a log may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes past which nothing more is published until consumers have settled some (JetStream's `discard: new`). By default
    /// 1 GiB: an hour of a consumer that is stopped, at a few hundred kilobytes a second.
    pub log_bytes_max: u64,
    /// Bytes of recent messages that an embedded log keeps in memory, so that consumers do not read the disk unless they
    /// are far behind. By default 32 MiB.
    pub tail_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { log_bytes_max: 1024 * 1024 * 1024, tail_bytes_max: 32 * 1024 * 1024 }
    }
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its place.
    pub(crate) sequence: i64,
    /// Its id.
    pub(crate) id: String,
    /// Its subject.
    pub(crate) subject: String,
    /// An envelope.
    pub(crate) body: Bytes,
    /// When it was published.
    pub(crate) at: Timestamp,
}

/// The entries in memory and the consumers' positions.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: BTreeMap<i64, Arc<Entry>>,
    bytes: u64,
    last: i64,
    /// Everything up to here is not in memory (settled by all, or on disk only).
    behind: i64,
    recent: RecentIds,
    consumers: HashMap<String, Position>,
}

/// What a fetch could give.
#[derive(Default)]
pub(crate) struct Fetched {
    pub(crate) deliveries: Vec<Delivery>,
    /// The next entries are on disk only: read them, offer them with [`Log::look_at`], and fetch the rest.
    pub(crate) on_disk: Option<Page>,
}

/// Entries to be read from disk.
pub(crate) struct Page {
    pub(crate) after: i64,
    pub(crate) upto: i64,
    pub(crate) subjects: Vec<String>,
    pub(crate) limit: usize,
}

impl Log {
    /// A log whose last entry is `last`, none of it in memory.
    pub(crate) fn resumed(last: i64, recent: RecentIds) -> Self {
        Self { last, behind: last, recent, ..Self::default() }
    }

    pub(crate) fn last(&self) -> i64 {
        self.last
    }

    /// Bytes of the bodies in memory.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether a message with this id was published within the duplicate window.
    pub(crate) fn is_duplicate(&self, id: &str, now: Timestamp) -> bool {
        self.recent.contains(id, now)
    }

    /// Adds an entry and wakes the consumers of its subject. Those that are up to date and do not read it have passed it,
    /// so that one to whom nothing happens does not keep the log from being trimmed.
    pub(crate) fn append(&mut self, entry: Entry) {
        for consumer in self.consumers.values_mut() {
            if consumer.reads(&entry.subject) {
                consumer.wake().notify_one();
            } else if consumer.cursor() == self.last {
                consumer.pass(entry.sequence);
            }
        }
        self.recent.remember(&entry.id, entry.at);
        self.last = entry.sequence;
        self.bytes += size(&entry);
        self.entries.insert(entry.sequence, Arc::new(entry));
    }

    /// Opens a consumer; answers what wakes it. One that is open already is taken up again.
    pub(crate) fn consumer(
        &mut self,
        spec: ConsumerSpec,
        floor: i64,
        now: Timestamp,
    ) -> Arc<Notify> {
        let ConsumerSpec { name, subjects } = spec;
        let position =
            self.consumers.entry(name).or_insert_with(|| Position::new(Vec::new(), floor));
        position.reopen(subjects, now);
        position.wake().notify_one();
        Arc::clone(position.wake())
    }

    /// Forgets a consumer.
    pub(crate) fn remove_consumer(&mut self, name: &str) {
        self.consumers.remove(name);
    }

    /// Where a consumer starts that was never seen before: before the oldest entry in memory.
    pub(crate) fn start(&self) -> i64 {
        self.entries.first_key_value().map_or(self.last, |(first, _)| first - 1)
    }

    /// What is due again, then what is new, up to `max`.
    pub(crate) fn fetch(&mut self, name: &str, max: usize, now: Timestamp) -> Fetched {
        let Some(position) = self.consumers.get_mut(name) else { return Fetched::default() };
        let mut deliveries = position.take_due(max, now);
        let mut room = (max - deliveries.len()).min(position.room());
        let after = position.cursor();
        if room > 0 && after < self.behind {
            let upto = self.behind.min(after + DISK_SPAN);
            let subjects = position.subjects().to_vec();
            let on_disk = Some(Page { after, upto, subjects, limit: room });
            return Fetched { deliveries, on_disk };
        }
        for entry in self.entries.range(after + 1..).map(|(_, entry)| entry) {
            if room == 0 {
                break;
            }
            if let Some(delivery) = position.look_at(entry, now) {
                deliveries.push(delivery);
                room -= 1;
            }
        }
        Fetched { deliveries, on_disk: None }
    }

    /// Has a consumer look at the entries of a page that was read from disk.
    pub(crate) fn look_at(
        &mut self,
        name: &str,
        page: &Page,
        entries: Vec<Entry>,
        now: Timestamp,
    ) -> Vec<Delivery> {
        let Some(position) = self.consumers.get_mut(name) else { return Vec::new() };
        let is_whole = entries.len() < page.limit;
        let mut fetched = Vec::new();
        for entry in entries {
            // Another fetch may have been faster.
            if entry.sequence > position.cursor() {
                fetched.extend(position.look_at(&Arc::new(entry), now));
            }
        }
        if is_whole {
            position.pass(page.upto);
        }
        fetched
    }

    pub(crate) fn settle(&mut self, name: &str, settlements: &[Settlement], now: Timestamp) {
        if let Some(position) = self.consumers.get_mut(name) {
            position.settle(settlements, now);
        }
    }

    /// Whether a fetch would give something now, and if not, when a delivery is due again.
    fn outlook(&self, name: &str, now: Timestamp) -> Outlook {
        let Some(position) = self.consumers.get(name) else { return Outlook::Nothing };
        let is_new = position.room() > 0 && position.cursor() < self.last;
        match position.next_due() {
            _ if is_new => Outlook::Work,
            Some(at) if at <= now => Outlook::Work,
            Some(at) => Outlook::WorkAt(at),
            None => Outlook::Nothing,
        }
    }

    /// The floors of the open consumers.
    pub(crate) fn floors(&self) -> impl Iterator<Item = (&str, i64)> {
        self.consumers.iter().map(|(name, position)| (name.as_str(), position.floor()))
    }

    fn least_floor(&self) -> Option<i64> {
        self.consumers.values().map(Position::floor).min()
    }

    /// Leaves to the disk what every open consumer has settled and what is over `bytes_max`, the oldest first.
    pub(crate) fn trim_tail(&mut self, bytes_max: usize, now: Timestamp) {
        let bytes_max = u64::try_from(bytes_max).unwrap_or(u64::MAX);
        let settled = self.least_floor().unwrap_or(0);
        while let Some(first) = self.entries.first_entry() {
            if *first.key() > settled && self.bytes <= bytes_max {
                break;
            }
            let (sequence, entry) = first.remove_entry();
            self.bytes -= size(&entry);
            self.behind = self.behind.max(sequence);
        }
        self.recent.forget(now);
    }

    /// Removes some of what every consumer has settled and whose duplicate window has passed; answers how many.
    pub(crate) fn remove_settled(&mut self, now: Timestamp) -> usize {
        let settled = self.least_floor().unwrap_or(0);
        let mut removed = 0;
        while let Some(first) = self.entries.first_entry() {
            let is_settled = *first.key() <= settled && !is_within_window(first.get().at, now);
            if !is_settled || removed == TRIM_MAX {
                break;
            }
            self.bytes -= size(&first.remove());
            removed += 1;
        }
        self.recent.forget(now);
        removed
    }

    /// How far each open consumer is behind.
    pub(crate) fn lag(&self) -> Vec<Lag> {
        let lag_of = |(name, position): (&String, &Position)| {
            let unseen = self.entries.range(position.cursor() + 1..);
            let unseen = unseen.filter(|(_, entry)| position.reads(&entry.subject));
            let on_disk = u64::try_from(self.behind - position.cursor()).unwrap_or(0);
            let in_memory = unseen.count() + position.outstanding();
            let unsettled = on_disk + u64::try_from(in_memory).unwrap_or(u64::MAX);
            Lag { consumer: name.clone(), unsettled }
        };
        self.consumers.iter().map(lag_of).collect()
    }
}

fn size(entry: &Entry) -> u64 {
    u64::try_from(entry.body.len()).unwrap_or(u64::MAX)
}

/// What a consumer has to expect.
enum Outlook {
    Work,
    WorkAt(Timestamp),
    Nothing,
}

/// Returns when a fetch may give this consumer something.
pub(crate) async fn ready(log: &Mutex<Log>, name: &str, wake: &Notify, clock: &Clock) {
    loop {
        let outlook = log.lock().outlook(name, clock.now());
        match outlook {
            Outlook::Work => return,
            Outlook::WorkAt(at) => tokio::select! {
                biased;
                () = wake.notified() => {}
                () = clock.sleep_until(at) => {}
            },
            Outlook::Nothing => wake.notified().await,
        }
    }
}
