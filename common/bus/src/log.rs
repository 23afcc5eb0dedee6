//! The log shared by the embedded and the memory engine: entries, and the position of each
//! consumer.

mod position;
mod recent;
mod unsettled;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use parking_lot::Mutex;
use sources::Clock;
use tokio::sync::Notify;

use crate::message::{ConsumerSpec, Delivery, Lag, Settlement};
pub(crate) use position::Entry;
use position::Position;
pub(crate) use recent::{RECENT_IDS_MAX, RecentIds, is_within_window};
pub use unsettled::{ACK_WAIT, OUTSTANDING_MAX};
pub(crate) use unsettled::{NextDelivery, Unsettled};

/// Time for which the id of a published message is remembered (NATS JetStream's default).
pub const DUPLICATE_WINDOW: Duration = Duration::from_mins(2);

/// Entries removed in one step of retention: a few milliseconds of the writer.
pub const TRIM_MAX: usize = 500;

/// Entries scanned in one disk read, for a consumer that is far behind and reads few of them.
const DISK_SPAN: i64 = 4_096;

/// The size limits of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLimits {
    /// Bytes past which publishing fails until consumers have settled entries (JetStream's
    /// `discard: new`). By default 1 GiB: an hour of a stopped consumer, at a few hundred kilobytes
    /// a second.
    pub log_bytes_max: u64,
    /// Bytes of recent messages that an embedded log keeps in memory, so that consumers read the
    /// disk only when they are far behind. By default 32 MiB.
    pub tail_bytes_max: usize,
}

impl Default for LogLimits {
    fn default() -> Self {
        Self { log_bytes_max: 1024 * 1024 * 1024, tail_bytes_max: 32 * 1024 * 1024 }
    }
}

/// The entries in memory and the consumers' positions.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: BTreeMap<i64, Arc<Entry>>,
    bytes: u64,
    last: i64,
    /// Entries up to this sequence are not in memory (settled by all, or on disk only).
    behind: i64,
    recent: RecentIds,
    consumers: HashMap<String, Position>,
}

/// The result of a fetch.
#[derive(Default)]
pub(crate) struct Fetched {
    pub(crate) deliveries: Vec<Delivery>,
    /// The next entries are on disk only: the caller reads them, passes them to [`Log::deliver`],
    /// and fetches again.
    pub(crate) on_disk: Option<Page>,
}

/// A range of entries on disk.
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

    /// Appends an entry and wakes the consumers of its subject. Other consumers without a backlog
    /// advance past it, so that a consumer without messages does not delay retention.
    pub(crate) fn append(&mut self, entry: Entry) {
        for consumer in self.consumers.values_mut() {
            if consumer.reads(&entry.subject) {
                consumer.wake().notify_one();
            } else if consumer.cursor() == self.last {
                consumer.skip(entry.sequence);
            }
        }
        self.recent.remember(&entry.id, entry.at);
        self.last = entry.sequence;
        self.bytes += size(&entry);
        self.entries.insert(entry.sequence, Arc::new(entry));
    }

    /// Opens a consumer; returns its notification. An open consumer is reopened.
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

    /// The start of a new consumer: before the oldest entry in memory.
    pub(crate) fn start(&self) -> i64 {
        self.entries.first_key_value().map_or(self.last, |(first, _)| first - 1)
    }

    /// Due redeliveries, then new messages, up to `max`.
    pub(crate) fn fetch(&mut self, name: &str, max: usize, now: Timestamp) -> Fetched {
        let Some(position) = self.consumers.get_mut(name) else { return Fetched::default() };
        let mut deliveries = position.take(max, now);
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
            room -= usize::from(position.advance(entry));
        }
        deliveries.extend(position.take(max - deliveries.len(), now));
        Fetched { deliveries, on_disk: None }
    }

    /// Delivers the entries of a page that was read from disk.
    pub(crate) fn deliver(
        &mut self,
        name: &str,
        page: &Page,
        entries: Vec<Entry>,
        now: Timestamp,
    ) -> Vec<Delivery> {
        let Some(position) = self.consumers.get_mut(name) else { return Vec::new() };
        let is_whole = entries.len() < page.limit;
        for entry in entries {
            // A concurrent fetch may have delivered it already.
            if entry.sequence > position.cursor() {
                position.advance(&Arc::new(entry));
            }
        }
        if is_whole {
            position.skip(page.upto);
        }
        position.take(page.limit, now)
    }

    pub(crate) fn settle(&mut self, name: &str, settlements: &[Settlement], now: Timestamp) {
        if let Some(position) = self.consumers.get_mut(name) {
            position.settle(settlements, now);
        }
    }

    /// Whether a fetch would return deliveries now, and if not, when the next redelivery is due.
    fn next_delivery(&self, name: &str, now: Timestamp) -> NextDelivery {
        let Some(position) = self.consumers.get(name) else { return NextDelivery::Nothing };
        let is_new = position.room() > 0 && position.cursor() < self.last;
        if is_new { NextDelivery::Now } else { position.next_delivery(now) }
    }

    /// The floors of the open consumers.
    pub(crate) fn floors(&self) -> impl Iterator<Item = (&str, i64)> {
        self.consumers.iter().map(|(name, position)| (name.as_str(), position.floor()))
    }

    fn least_floor(&self) -> Option<i64> {
        self.consumers.values().map(Position::floor).min()
    }

    /// Drops from memory what every open consumer has settled and what exceeds `bytes_max`, the
    /// oldest first.
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

    /// Removes entries that every consumer has settled and whose duplicate window has passed;
    /// returns their number.
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

    /// The lag of each open consumer.
    pub(crate) fn lag(&self) -> Vec<Lag> {
        let lag_of = |(name, position): (&String, &Position)| {
            let unseen = self.entries.range(position.cursor() + 1..);
            let unseen = unseen.filter(|(_, entry)| position.reads(&entry.subject));
            let on_disk = u64::try_from(self.behind - position.cursor()).unwrap_or(0);
            let in_memory = unseen.count() + position.unsettled();
            let unsettled = on_disk + u64::try_from(in_memory).unwrap_or(u64::MAX);
            Lag { consumer: name.clone(), unsettled }
        };
        self.consumers.iter().map(lag_of).collect()
    }
}

fn size(entry: &Entry) -> u64 {
    u64::try_from(entry.body.len()).unwrap_or(u64::MAX)
}

/// Returns when a fetch may return deliveries for this consumer.
pub(crate) async fn ready(log: &Mutex<Log>, name: &str, wake: &Notify, clock: &Clock) {
    loop {
        let next_delivery = log.lock().next_delivery(name, clock.now());
        match next_delivery {
            NextDelivery::Now => return,
            NextDelivery::At(at) => tokio::select! {
                biased;
                () = wake.notified() => {}
                () = clock.sleep_until(at) => {}
            },
            NextDelivery::Nothing => wake.notified().await,
        }
    }
}
