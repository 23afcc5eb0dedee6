//! The faults of a memory bus: planned individually, or random with a seed.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use crate::message::Delivery;

/// A fault of the bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusFault {
    /// A publish fails without effect.
    FailPublish,
    /// A publish takes effect, but returns an error.
    LosePublishAck,
    /// A fetch fails.
    FailFetch,
    /// A delivery is delayed by [`DELAY`](super::DELAY), behind newer ones.
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

    /// From now on each fault occurs in `per_thousand` of 1,000 operations, chosen by a generator
    /// with this seed.
    pub fn by_chance(&self, seed: u64, per_thousand: u32) {
        self.plan.lock().chance = Some((SmallRng::seed_from_u64(seed), per_thousand));
    }

    /// Removes all planned and random faults.
    pub fn stop(&self) {
        *self.plan.lock() = Plan::default();
    }

    pub(super) fn is_due(&self, fault: BusFault) -> bool {
        let mut plan = self.plan.lock();
        if let Some(at) = plan.planned.iter().position(|planned| *planned == fault) {
            plan.planned.remove(at);
            return true;
        }
        let chance = plan.chance.as_mut();
        chance.is_some_and(|(random, per_thousand)| random.random_range(0..1_000) < *per_thousand)
    }

    pub(super) fn shuffle(&self, deliveries: &mut [Delivery]) {
        match &mut self.plan.lock().chance {
            Some((random, _)) => deliveries.shuffle(random),
            None => deliveries.reverse(),
        }
    }
}
