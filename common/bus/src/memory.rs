//! The engine of tests and simulation: the log in memory, with faults.

mod faults;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use sources::Clock;
use store::Unavailable;
use tokio::sync::Notify;

pub use self::faults::{BusFault, BusFaults};
use crate::log::{self, Entry, Log, LogLimits};
use crate::message::{
    BusMessage, ConsumerSpec, DEAD_LETTERS_MAX, DeadLetter, Delivery, Lag, NewDeadLetter,
    Settlement,
};

/// Delay of a late delivery.
pub const DELAY: Duration = Duration::from_secs(5);

/// The memory engine. Clones share its state.
#[derive(Clone)]
pub(crate) struct MemoryLog {
    shared: Arc<Shared>,
    faults: BusFaults,
    watcher: Option<Watcher>,
}

/// A callback for every message, at the moment when it enters the log.
pub(crate) type Watcher = Arc<dyn Fn(&BusMessage) + Send + Sync>;

struct Shared {
    clock: Clock,
    limits: LogLimits,
    log: Mutex<Log>,
    dead: Mutex<Dead>,
}

#[derive(Default)]
struct Dead {
    letters: Vec<DeadLetter>,
    last_id: i64,
    keys: HashSet<String>,
}

impl MemoryLog {
    pub(crate) fn new(clock: Clock, limits: LogLimits, watcher: Option<Watcher>) -> Self {
        let (log, dead) = (Mutex::default(), Mutex::default());
        let shared = Arc::new(Shared { clock, limits, log, dead });
        Self { shared, faults: BusFaults::default(), watcher }
    }

    pub(crate) fn faults(&self) -> BusFaults {
        self.faults.clone()
    }

    pub(crate) async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        tokio::task::yield_now().await;
        let failed = || Unavailable::new("cannot publish: a planned fault");
        if self.faults.is_due(BusFault::FailPublish) {
            return Err(failed());
        }
        self.append(messages)?;
        if self.faults.is_due(BusFault::LosePublishAck) { Err(failed()) } else { Ok(()) }
    }

    fn append(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        let now = self.shared.clock.now();
        let mut log = self.shared.log.lock();
        if log.bytes() >= self.shared.limits.log_bytes_max {
            return Err(Unavailable::new("cannot publish: the bus log is full"));
        }
        for message in messages {
            if !log.is_duplicate(&message.id, now) {
                if let Some(watcher) = &self.watcher {
                    watcher(&message);
                }
                let BusMessage { id, subject, body } = message;
                let sequence = log.last() + 1;
                log.append(Entry { sequence, id, subject, body, at: now });
            }
        }
        Ok(())
    }

    pub(crate) fn open_consumer(&self, spec: ConsumerSpec) -> Arc<Notify> {
        let mut log = self.shared.log.lock();
        let start = log.start();
        log.consumer(spec, start, self.shared.clock.now())
    }

    pub(crate) fn remove_consumer(&self, name: &str) {
        self.shared.log.lock().remove_consumer(name);
    }

    pub(crate) async fn fetch(&self, name: &str, max: usize) -> Result<Vec<Delivery>, Unavailable> {
        tokio::task::yield_now().await;
        if self.faults.is_due(BusFault::FailFetch) {
            return Err(Unavailable::new("cannot fetch: a planned fault"));
        }
        let now = self.shared.clock.now();
        let mut log = self.shared.log.lock();
        // Nothing is on disk.
        let mut fetched = log.fetch(name, max, now).deliveries;
        fetched.retain(|delivery| {
            let is_late = self.faults.is_due(BusFault::DelayDelivery);
            if is_late {
                let sequence = delivery.sequence;
                log.settle(name, &[Settlement::Nak { sequence, after: DELAY }], now);
            }
            !is_late
        });
        drop(log);
        if fetched.len() > 1 && self.faults.is_due(BusFault::ReorderDeliveries) {
            self.faults.shuffle(&mut fetched);
        }
        if !fetched.is_empty() && self.faults.is_due(BusFault::DuplicateDeliveries) {
            fetched.extend(fetched.clone());
        }
        Ok(fetched)
    }

    pub(crate) async fn settle(&self, name: &str, settlements: &[Settlement]) {
        tokio::task::yield_now().await;
        if !self.faults.is_due(BusFault::LoseSettlement) {
            self.shared.log.lock().settle(name, settlements, self.shared.clock.now());
        }
    }

    pub(crate) async fn ready(&self, name: &str, wake: &Notify, clock: &Clock) {
        log::ready(&self.shared.log, name, wake, clock).await;
    }

    pub(crate) fn add_dead_letters(
        &self,
        dead_letters: Vec<NewDeadLetter>,
    ) -> Result<(), Unavailable> {
        if self.faults.is_due(BusFault::FailDeadLetter) {
            return Err(Unavailable::new("cannot keep dead letters: a planned fault"));
        }
        let mut dead = self.shared.dead.lock();
        for NewDeadLetter { key, service, subject, origin, reason, body, at } in dead_letters {
            if dead.keys.insert(key) {
                dead.last_id += 1;
                let id = dead.last_id;
                dead.letters.push(DeadLetter { id, service, subject, origin, reason, body, at });
            }
        }
        Ok(())
    }

    pub(crate) async fn dead_letters(&self, service: Option<&str>) -> Vec<DeadLetter> {
        tokio::task::yield_now().await;
        let dead = self.shared.dead.lock();
        let letters = dead.letters.iter();
        let of_service = letters.filter(|letter| service.is_none_or(|s| s == letter.service));
        of_service.take(DEAD_LETTERS_MAX).cloned().collect()
    }

    pub(crate) async fn dead_letter(&self, id: i64) -> Option<DeadLetter> {
        tokio::task::yield_now().await;
        self.shared.dead.lock().letters.iter().find(|letter| letter.id == id).cloned()
    }

    pub(crate) fn remove_dead_letter(&self, id: i64) {
        self.shared.dead.lock().letters.retain(|letter| letter.id != id);
    }

    pub(crate) async fn lag(&self) -> Vec<Lag> {
        tokio::task::yield_now().await;
        self.shared.log.lock().lag()
    }

    pub(crate) fn trim(&self) -> usize {
        self.shared.log.lock().remove_settled(self.shared.clock.now())
    }
}
