//! The engine of tests and simulation: the log in memory, with faults.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use sources::Clock;
use store::Unavailable;

use crate::engine::Engine;
use crate::log::{self, Entry, Log, LogLimits};
use crate::message::{
    BusMessage, ConsumerSpec, DEAD_LETTERS_MAX, DeadLetter, Delivery, Lag, NewDeadLetter,
    Settlement,
};

/// Delay of a late delivery.
pub const DELAY: Duration = Duration::from_secs(5);

pub(crate) struct MemoryLog {
    clock: Clock,
    limits: LogLimits,
    log: Mutex<Log>,
    dead: Mutex<Dead>,
    faults: BusFaults,
    watcher: Watcher,
}

/// A callback for every message, at the moment when it enters the log.
type Watcher = Box<dyn Fn(&BusMessage) + Send + Sync>;

#[derive(Default)]
struct Dead {
    letters: Vec<DeadLetter>,
    last_id: i64,
    keys: HashSet<String>,
}

impl MemoryLog {
    pub(crate) fn new(
        clock: Clock,
        limits: LogLimits,
        faults: BusFaults,
        watcher: Watcher,
    ) -> Self {
        let (log, dead) = (Mutex::default(), Mutex::default());
        Self { clock, limits, log, dead, faults, watcher }
    }

    fn append(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        let now = self.clock.now();
        let mut log = self.log.lock();
        if log.bytes >= self.limits.log_bytes_max {
            return Err(Unavailable::new("cannot publish: the bus log is full"));
        }
        for message in messages {
            if !log.is_duplicate(&message.id, now) {
                (self.watcher)(&message);
                let BusMessage { id, subject, body } = message;
                let sequence = log.last + 1;
                log.append(Entry { sequence, id, subject, body, at: now });
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Engine for MemoryLog {
    fn describe(&self) -> String {
        "memory".to_owned()
    }

    async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        tokio::task::yield_now().await;
        let failed = || Unavailable::new("cannot publish: a planned fault");
        if self.faults.is_due(BusFault::FailPublish) {
            return Err(failed());
        }
        self.append(messages)?;
        if self.faults.is_due(BusFault::LosePublishAck) { Err(failed()) } else { Ok(()) }
    }

    async fn open_consumer(&self, spec: ConsumerSpec) -> Result<(), Unavailable> {
        let mut log = self.log.lock();
        let start = log.start();
        log.open_consumer(spec, start, self.clock.now());
        Ok(())
    }

    async fn remove_consumer(&self, name: &str) -> Result<(), Unavailable> {
        self.log.lock().remove_consumer(name);
        Ok(())
    }

    async fn fetch(&self, name: &str, max: usize) -> Result<Vec<Delivery>, Unavailable> {
        tokio::task::yield_now().await;
        if self.faults.is_due(BusFault::FailFetch) {
            return Err(Unavailable::new("cannot fetch: a planned fault"));
        }
        let now = self.clock.now();
        let mut log = self.log.lock();
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

    async fn settle(&self, name: &str, settlements: &[Settlement]) {
        tokio::task::yield_now().await;
        if !self.faults.is_due(BusFault::LoseSettlement) {
            self.log.lock().settle(name, settlements, self.clock.now());
        }
    }

    async fn close(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn ready(&self, name: &str) {
        log::ready(&self.log, name, &self.clock).await;
    }

    async fn add_dead_letters(&self, dead_letters: Vec<NewDeadLetter>) -> Result<(), Unavailable> {
        if self.faults.is_due(BusFault::FailDeadLetter) {
            return Err(Unavailable::new("cannot keep dead letters: a planned fault"));
        }
        let mut dead = self.dead.lock();
        for NewDeadLetter { key, service, subject, origin, reason, body, at } in dead_letters {
            if dead.keys.insert(key) {
                dead.last_id += 1;
                let id = dead.last_id;
                dead.letters.push(DeadLetter { id, service, subject, origin, reason, body, at });
            }
        }
        Ok(())
    }

    async fn dead_letters(&self, service: Option<&str>) -> Result<Vec<DeadLetter>, Unavailable> {
        tokio::task::yield_now().await;
        let dead = self.dead.lock();
        let letters = dead.letters.iter();
        let of_service = letters.filter(|letter| service.is_none_or(|s| s == letter.service));
        Ok(of_service.take(DEAD_LETTERS_MAX).cloned().collect())
    }

    async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable> {
        tokio::task::yield_now().await;
        Ok(self.dead.lock().letters.iter().find(|letter| letter.id == id).cloned())
    }

    async fn remove_dead_letter(&self, id: i64) -> Result<(), Unavailable> {
        self.dead.lock().letters.retain(|letter| letter.id != id);
        Ok(())
    }

    async fn lag(&self) -> Result<Vec<Lag>, Unavailable> {
        tokio::task::yield_now().await;
        Ok(self.log.lock().lag())
    }

    async fn trim(&self) -> Result<usize, Unavailable> {
        Ok(self.log.lock().remove_settled(self.clock.now()))
    }
}

/// A fault of the bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusFault {
    /// A publish fails without effect.
    FailPublish,
    /// A publish takes effect, but returns an error.
    LosePublishAck,
    /// A fetch fails.
    FailFetch,
    /// A delivery is delayed by [`DELAY`], behind newer ones.
    DelayDelivery,
    /// A fetch returns every delivery twice.
    DuplicateDeliveries,
    /// A fetch returns its deliveries in another order.
    ReorderDeliveries,
    /// Settlements are lost: their deliveries are redelivered.
    LoseSettlement,
    /// Storing dead letters fails.
    FailDeadLetter,
}

/// The faults of a memory bus. Clones share the plan.
#[derive(Debug, Clone, Default)]
pub struct BusFaults {
    plan: Arc<Mutex<Plan>>,
}

#[derive(Debug, Default)]
struct Plan {
    planned: VecDeque<BusFault>,
    chance: Option<(SmallRng, u32)>,
}

impl BusFaults {
    /// The next operation with this possible fault fails.
    pub fn plan(&self, fault: BusFault) {
        self.plan.lock().planned.push_back(fault);
    }

    /// From now on each fault occurs in `per_thousand` of 1,000 operations, by this seed.
    pub fn by_chance(&self, seed: u64, per_thousand: u32) {
        self.plan.lock().chance = Some((SmallRng::seed_from_u64(seed), per_thousand));
    }

    /// Removes all planned and random faults.
    pub fn stop(&self) {
        *self.plan.lock() = Plan::default();
    }

    fn is_due(&self, fault: BusFault) -> bool {
        let mut plan = self.plan.lock();
        if let Some(at) = plan.planned.iter().position(|planned| *planned == fault) {
            plan.planned.remove(at);
            return true;
        }
        let chance = plan.chance.as_mut();
        chance.is_some_and(|(random, per_thousand)| random.random_range(0..1_000) < *per_thousand)
    }

    fn shuffle(&self, deliveries: &mut [Delivery]) {
        match &mut self.plan.lock().chance {
            Some((random, _)) => deliveries.shuffle(random),
            None => deliveries.reverse(),
        }
    }
}
