//! Faults of a memory engine: planned individually, or random with a seed.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::engines::batch::Batch;

/// Maximum yields before an operation: enough for every other task of a small test to take a step.
const YIELDS_MAX: u32 = 3;

/// An operation of an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, derive_more::Display)]
pub enum Operation {
    /// Creating the collections at the start.
    #[display("prepare")]
    Prepare,
    /// Loading documents by `_id`.
    #[display("load")]
    Load,
    /// A query.
    #[display("query")]
    Query,
    /// Committing a batch.
    #[display("commit")]
    Commit,
    /// Resolving the outcome of a batch.
    #[display("resolve the outcome of a commit")]
    ResolveOutcome,
    /// Reading the outbox.
    #[display("read the outbox")]
    ReadOutbox,
}

/// A fault of one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It fails without effect, and reports that.
    Fail,
    /// It times out without effect: the outcome is unknown to the caller.
    TimeOutBefore,
    /// It times out after taking effect: the outcome is unknown to the caller.
    TimeOutAfter,
}

/// A fault of an engine that lasts until [`Faults::end`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastingFault {
    /// Every commit fails and is rolled back, as on a full disk. Reads succeed.
    Full,
    /// Every commit times out, alternately without and with effect; the outcome cannot be resolved.
    Silent,
    /// Loads and commits fail after [`HANGS_FOR`], without effect.
    Hanging,
}

/// Time after which an operation of a hanging engine fails.
pub const HANGS_FOR: Duration = Duration::from_secs(5);

/// The faults of one engine. Clones share the plan.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    plan: Arc<Mutex<Plan>>,
}

#[derive(Debug, Default)]
struct Plan {
    planned: VecDeque<(Operation, Fault)>,
    /// The generator, and the faults in 1,000 operations.
    chance: Option<(SmallRng, u32)>,
    locked: HashSet<String>,
    conflicts: u32,
    lasting: Option<LastingFault>,
    silent_commits: u32,
}

impl Plan {
    fn of(&mut self, lasting: LastingFault, operation: Operation) -> Option<Fault> {
        match (lasting, operation) {
            (LastingFault::Full, Operation::Commit)
            | (LastingFault::Silent, Operation::ResolveOutcome)
            | (LastingFault::Hanging, Operation::Load | Operation::Commit) => Some(Fault::Fail),
            (LastingFault::Silent, Operation::Commit) => {
                self.silent_commits += 1;
                let is_lost = self.silent_commits % 2 == 1;
                Some(if is_lost { Fault::TimeOutBefore } else { Fault::TimeOutAfter })
            }
            (LastingFault::Full | LastingFault::Silent | LastingFault::Hanging, _) => None,
        }
    }
}

impl Faults {
    /// The next operation of this kind has this fault; several plans for one kind queue.
    pub fn plan(&self, operation: Operation, fault: Fault) {
        self.plan.lock().planned.push_back((operation, fault));
    }

    /// From now on `per_thousand` of 1,000 operations have a fault, chosen by a generator with this
    /// seed, which also chooses how often operations yield.
    pub fn by_chance(&self, seed: u64, per_thousand: u32) {
        self.plan.lock().chance = Some((SmallRng::seed_from_u64(seed), per_thousand));
    }

    /// Starts a lasting fault.
    pub fn begin(&self, lasting: LastingFault) {
        self.plan.lock().lasting = Some(lasting);
    }

    /// Ends the lasting fault.
    pub fn end(&self) {
        self.plan.lock().lasting = None;
    }

    /// Removes all faults.
    pub fn stop(&self) {
        *self.plan.lock() = Plan::default();
    }

    /// From now on every commit that touches the document with this `_id` conflicts, as if the
    /// transaction of a dead process still locked it.
    pub fn lock_document(&self, id: &str) {
        self.plan.lock().locked.insert(id.to_owned());
    }

    /// Ends the lock of a document.
    pub fn unlock_document(&self, id: &str) {
        self.plan.lock().locked.remove(id);
    }

    /// Number of commits that touched a locked document.
    #[must_use]
    pub fn conflicts(&self) -> u32 {
        self.plan.lock().conflicts
    }

    pub(super) fn is_locked(&self, batch: &Batch) -> bool {
        let plan = &mut *self.plan.lock();
        let is_locked = batch.expected().any(|one| plan.locked.contains(&one.id));
        plan.conflicts += u32::from(is_locked);
        is_locked
    }

    pub(super) fn next(&self, operation: Operation) -> Option<Fault> {
        let mut plan = self.plan.lock();
        if let Some(at) = plan.planned.iter().position(|(planned, _)| *planned == operation) {
            return plan.planned.remove(at).map(|(_, fault)| fault);
        }
        if let Some(fault) = plan.lasting.and_then(|lasting| plan.of(lasting, operation)) {
            return Some(fault);
        }
        let (random, per_thousand) = plan.chance.as_mut()?;
        if random.random_range(0..1_000) >= *per_thousand {
            return None;
        }
        Some(match random.random_range(0..3) {
            0 => Fault::Fail,
            1 => Fault::TimeOutBefore,
            _ => Fault::TimeOutAfter,
        })
    }

    /// Yields to other tasks, once or a few times; longer while the engine hangs.
    pub(super) async fn pause(&self, operation: Operation) {
        let can_hang = matches!(operation, Operation::Load | Operation::Commit);
        let lasting = self.plan.lock().lasting;
        if lasting == Some(LastingFault::Hanging) && can_hang {
            tokio::time::sleep(HANGS_FOR).await;
        }
        let yields = match &mut self.plan.lock().chance {
            Some((random, _)) => random.random_range(0..=YIELDS_MAX),
            None => 1,
        };
        for _ in 0..yields {
            tokio::task::yield_now().await;
        }
    }
}
