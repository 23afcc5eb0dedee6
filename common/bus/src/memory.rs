//! The engine of tests and simulation: the log in memory, with faults.

use std::collections::VecDeque;
use std::sync::Arc;

use contract::Timestamp;
use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use store::Unavailable;
use tokio::sync::Notify;

use crate::bus::GivenUp;
use crate::log::{Entry, Fetched, Log};
use crate::message::{BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, Settlement};

/// How the bus goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusFault {
    /// A publish fails without effect.
    FailPublish,
    /// A publish takes effect, but the publisher is told that it failed.
    LosePublishAnswer,
    /// A fetch gives every delivery twice.
    DuplicateDeliveries,
    /// A fetch gives its deliveries in another order.
    ReorderDeliveries,
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
    /// The next operation that can go wrong in this way does.
    pub fn plan(&self, fault: BusFault) {
        self.plan.lock().planned.push_back(fault);
    }

    /// From now on so many of a thousand operations go wrong in each way, chosen by a generator with this seed.
    pub fn by_chance(&self, seed: u64, per_thousand: u32) {
        self.plan.lock().chance = Some((SmallRng::seed_from_u64(seed), per_thousand));
    }

    /// Nothing goes wrong any more.
    pub fn stop(&self) {
        *self.plan.lock() = Plan::default();
    }

    fn strikes(&self, fault: BusFault) -> bool {
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

/// The memory engine. Clones share what they keep.
#[derive(Debug, Clone, Default)]
pub(crate) struct MemoryLog {
    log: Arc<Mutex<Log>>,
    dead: Arc<Mutex<Vec<DeadLetter>>>,
    floors: Arc<Mutex<std::collections::HashMap<String, i64>>>,
    faults: BusFaults,
}

impl MemoryLog {
    pub(crate) fn faults(&self) -> BusFaults {
        self.faults.clone()
    }

    pub(crate) fn publish(
        &self,
        messages: Vec<BusMessage>,
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        let failed = || Unavailable::new("cannot publish: a planned fault");
        if self.faults.strikes(BusFault::FailPublish) {
            return Err(failed());
        }
        let mut log = self.log.lock();
        for BusMessage { id, subject, body } in messages {
            if !log.is_duplicate(&id) {
                let sequence = log.last() + 1;
                log.append(Entry { sequence, id, subject, body, at: now });
            }
        }
        if self.faults.strikes(BusFault::LosePublishAnswer) { Err(failed()) } else { Ok(()) }
    }

    pub(crate) fn consumer(&self, spec: &ConsumerSpec) -> Arc<Notify> {
        let mut log = self.log.lock();
        // A consumer that is made again goes on behind what it settled before.
        let mut floors = self.floors.lock();
        floors.extend(log.floors().map(|(name, floor)| (name.to_owned(), floor)));
        let floor = floors.get(&spec.name).copied().unwrap_or(0);
        log.consumer(spec, floor)
    }

    pub(crate) fn fetch(&self, name: &str, max: usize, now: Timestamp) -> Vec<Delivery> {
        let fetched = self.log.lock().fetch(name, max, now);
        let mut fetched = match fetched {
            Fetched::Deliveries(deliveries) => deliveries,
            Fetched::OnDisk { .. } => Vec::new(),
        };
        if fetched.len() > 1 && self.faults.strikes(BusFault::ReorderDeliveries) {
            self.faults.shuffle(&mut fetched);
        }
        if !fetched.is_empty() && self.faults.strikes(BusFault::DuplicateDeliveries) {
            fetched.extend(fetched.clone());
        }
        fetched
    }

    pub(crate) fn settle(&self, name: &str, settlements: &[Settlement], now: Timestamp) {
        self.log.lock().settle(name, settlements, now);
    }

    pub(crate) fn outlook(&self, name: &str, now: Timestamp) -> (bool, Option<Timestamp>) {
        let log = self.log.lock();
        (log.has_work(name, now), log.next_due(name))
    }

    pub(crate) fn give_up(&self, given_up: Vec<GivenUp>) {
        let mut dead = self.dead.lock();
        for given_up in given_up {
            let id = dead.last().map_or(1, |last| last.id + 1);
            dead.push(DeadLetter {
                id,
                service: given_up.service,
                subject: given_up.subject,
                origin: given_up.origin,
                reason: given_up.reason,
                body: given_up.body,
                at: given_up.at,
            });
        }
    }

    pub(crate) fn dead_letters(&self, service: Option<&str>) -> Vec<DeadLetter> {
        let dead = self.dead.lock();
        dead.iter().filter(|letter| service.is_none_or(|s| s == letter.service)).cloned().collect()
    }

    pub(crate) fn bury(&self, id: i64) {
        self.dead.lock().retain(|letter| letter.id != id);
    }

    pub(crate) fn lag(&self) -> Vec<Lag> {
        self.log.lock().lag()
    }

    /// A simulation never runs long enough to need entries removed; only ids past the duplicate window are forgotten.
    pub(crate) fn trim(&self, now: Timestamp) {
        self.log.lock().forget_ids(now);
    }
}
