//! The log of the embedded and the memory engine: entries, and the consumers' positions.

mod position;
mod unsettled;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use futures::future::OptionFuture;
use hashlink::LinkedHashMap;
use parking_lot::Mutex;
use sources::Clock;
use tokio::sync::Notify;

use crate::message::{ConsumerSpec, Delivery, Lag, Settlement};
pub(crate) use position::Entry;
use position::Position;
use unsettled::AT_ONCE;
pub(crate) use unsettled::Unsettled;
pub use unsettled::{ACK_WAIT, OUTSTANDING_MAX};

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
    /// Bytes of the bodies in memory.
    pub(crate) bytes: u64,
    pub(crate) last: i64,
    /// Entries up to this sequence are not in memory (settled by all, or on disk only).
    behind: i64,
    recent: RecentIds,
    consumers: HashMap<String, Position>,
}

#[derive(Default)]
pub(crate) struct Fetched {
    pub(crate) deliveries: Vec<Delivery>,
    /// The next entries are on disk: the caller passes them to [`Log::deliver`] and repeats.
    pub(crate) on_disk: Option<Page>,
}

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

    /// Whether a message with this id was published within the duplicate window.
    pub(crate) fn is_duplicate(&self, id: &str, now: Timestamp) -> bool {
        self.recent.contains(id, now)
    }

    /// Appends an entry and wakes the consumers of its subject. Other consumers without a backlog
    /// advance past it, so that a consumer without messages does not delay retention.
    pub(crate) fn append(&mut self, entry: Entry) {
        for consumer in self.consumers.values_mut() {
            if consumer.reads(&entry.subject) {
                consumer.wake.notify_one();
            } else if consumer.cursor == self.last {
                consumer.skip(entry.sequence);
            }
        }
        self.recent.remember(&entry.id, entry.at);
        self.last = entry.sequence;
        self.bytes += size(&entry);
        self.entries.insert(entry.sequence, Arc::new(entry));
    }

    /// Opens a consumer, which starts behind `floor` if it is new.
    pub(crate) fn open_consumer(&mut self, spec: ConsumerSpec, floor: i64, now: Timestamp) {
        let ConsumerSpec { name, subjects } = spec;
        self.consumers.entry(name).or_insert_with(|| Position::new(floor)).reopen(subjects, now);
    }

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
        let mut room = (max - deliveries.len()).min(position.unsettled.room());
        let after = position.cursor;
        if room > 0 && after < self.behind {
            let upto = self.behind.min(after + DISK_SPAN);
            let subjects = position.subjects.clone();
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
            if entry.sequence > position.cursor {
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

    /// When a fetch may return deliveries, if that is known, and the notification of a change.
    fn next_delivery(&self, name: &str) -> Option<(Option<Timestamp>, Arc<Notify>)> {
        let position = self.consumers.get(name)?;
        let is_new = position.unsettled.room() > 0 && position.cursor < self.last;
        let due = if is_new { Some(AT_ONCE) } else { position.unsettled.next_due() };
        Some((due, Arc::clone(&position.wake)))
    }

    pub(crate) fn floors(&self) -> impl Iterator<Item = (&str, i64)> {
        self.consumers.iter().map(|(name, position)| (name.as_str(), position.floor()))
    }

    fn least_floor(&self) -> i64 {
        self.consumers.values().map(Position::floor).min().unwrap_or(0)
    }

    /// Drops from memory what every open consumer has settled, and the oldest beyond `bytes_max`.
    pub(crate) fn trim_tail(&mut self, bytes_max: usize, now: Timestamp) {
        let bytes_max = u64::try_from(bytes_max).unwrap_or(u64::MAX);
        let settled = self.least_floor();
        while let Some(first) = self.entries.first_entry()
            && (*first.key() <= settled || self.bytes > bytes_max)
        {
            self.behind = self.behind.max(*first.key());
            self.bytes -= size(&first.remove());
        }
        self.recent.forget(now);
    }

    /// Removes settled entries whose duplicate window has passed; returns their number.
    pub(crate) fn remove_settled(&mut self, now: Timestamp) -> usize {
        let settled = self.least_floor();
        let mut removed = 0;
        while let Some(first) = self.entries.first_entry()
            && *first.key() <= settled
            && !is_within_window(first.get().at, now)
            && removed < TRIM_MAX
        {
            self.bytes -= size(&first.remove());
            removed += 1;
        }
        self.recent.forget(now);
        removed
    }

    pub(crate) fn lag(&self) -> Vec<Lag> {
        let lag_of = |(name, position): (&String, &Position)| {
            let unseen = self.entries.range(position.cursor + 1..);
            let unseen = unseen.filter(|(_, entry)| position.reads(&entry.subject));
            let on_disk = u64::try_from(self.behind - position.cursor).unwrap_or(0);
            let in_memory = unseen.count() + position.unsettled.len();
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
pub(crate) async fn ready(log: &Mutex<Log>, name: &str, clock: &Clock) {
    loop {
        let next_delivery = log.lock().next_delivery(name);
        let Some((due, wake)) = next_delivery else { return std::future::pending().await };
        let due = OptionFuture::from(due.map(|due| clock.sleep_until(due)));
        tokio::select! {
            biased;
            Some(()) = due => return,
            () = wake.notified() => {}
        }
    }
}

/// Maximum ids, about 100 MB: the window at 7,000 publishes a second, the throughput of an fsynced
/// log. Beyond it the oldest are dropped early; consumers also recognise a duplicate by its
/// version.
pub(crate) const RECENT_IDS_MAX: usize = 840_000;

/// Ids with the time of their publication, in its order.
#[derive(Debug, Default)]
pub(crate) struct RecentIds {
    published_at: LinkedHashMap<Box<str>, Timestamp>,
}

impl RecentIds {
    /// Whether a message with this id was published within the window.
    pub(crate) fn contains(&self, id: &str, now: Timestamp) -> bool {
        self.published_at.get(id).is_some_and(|at| is_within_window(*at, now))
    }

    pub(crate) fn remember(&mut self, id: &str, at: Timestamp) {
        self.published_at.insert(id.into(), at);
    }

    /// Drops ids older than the window, and the oldest beyond the maximum number.
    pub(crate) fn forget(&mut self, now: Timestamp) {
        while let Some((_, at)) = self.published_at.front() {
            if is_within_window(*at, now) && self.published_at.len() <= RECENT_IDS_MAX {
                return;
            }
            self.published_at.pop_front();
        }
    }
}

/// Whether a message published at `at` is still within the duplicate window.
pub(crate) fn is_within_window(at: Timestamp, now: Timestamp) -> bool {
    at.plus(DUPLICATE_WINDOW) > now
}
