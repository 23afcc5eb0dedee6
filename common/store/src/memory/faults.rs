//! What goes wrong in a memory engine: planned one by one, or drawn by chance from a seed.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::engine::Batch;

/// Yields before an operation, at the most: enough for every other task of a small test to take a step.
const YIELDS_MAX: u32 = 3;

/// An operation of an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Making the collections at the start.
    Prepare,
    /// Loading documents by `_id`.
    Load,
    /// A query.
    Query,
    /// Committing a batch.
    Commit,
    /// Finding out whether a batch was committed.
    FindOut,
    /// Reading the outbox.
    ReadOutbox,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prepare => "prepare",
            Self::Load => "load",
            Self::Query => "query",
            Self::Commit => "commit",
            Self::FindOut => "find out about a commit",
            Self::ReadOutbox => "read the outbox",
        })
    }
}

/// How an operation goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It fails without effect, and says so.
    Fail,
    /// It times out without effect: to the caller the outcome is unknown.
    TimeOutBefore,
    /// It times out after it took effect: to the caller the outcome is unknown.
    TimeOutAfter,
}

/// A fault of an engine that lasts until [`Faults::end`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// Every commit fails and is rolled back, as on a full disk. Reads succeed.
    Full,
    /// Every commit times out, this one without effect, the next with, and so on; what became of it cannot be found out.
    Silent,
    /// Loads and commits fail after [`HANGS_FOR`], without effect.
    Hanging,
}

/// Time after which an operation of an engine that hangs fails.
pub const HANGS_FOR: Duration = Duration::from_secs(5);

/// The faults of one engine. Clones share the plan.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    plan: Arc<Mutex<Plan>>,
}

#[derive(Debug, Default)]
struct Plan {
    planned: VecDeque<(Operation, Fault)>,
    chance: Option<Chance>,
    held: HashSet<String>,
    races_lost: u32,
    lasting: Option<Lasting>,
    silent_commits: u32,
}

#[derive(Debug)]
struct Chance {
    random: SmallRng,
    per_thousand: u32,
}

impl Plan {
    fn of(&mut self, lasting: Lasting, operation: Operation) -> Option<Fault> {
        match (lasting, operation) {
            (Lasting::Full, Operation::Commit)
            | (Lasting::Silent, Operation::FindOut)
            | (Lasting::Hanging, Operation::Load | Operation::Commit) => Some(Fault::Fail),
            (Lasting::Silent, Operation::Commit) => {
                self.silent_commits += 1;
                let is_lost = self.silent_commits % 2 == 1;
                Some(if is_lost { Fault::TimeOutBefore } else { Fault::TimeOutAfter })
            }
            (Lasting::Full | Lasting::Silent | Lasting::Hanging, _) => None,
        }
    }
}

impl Faults {
    /// The next operation of this kind goes wrong in this way; several plans for one kind apply one after the other.
    pub fn plan(&self, operation: Operation, fault: Fault) {
        self.plan.lock().planned.push_back((operation, fault));
    }

    /// From now on so many of a thousand operations go wrong, chosen by a generator with this seed, which also chooses
    /// how often operations yield.
    pub fn by_chance(&self, seed: u64, per_thousand: u32) {
        let random = SmallRng::seed_from_u64(seed);
        self.plan.lock().chance = Some(Chance { random, per_thousand });
    }

    /// From now on this is wrong.
    pub fn begin(&self, lasting: Lasting) {
        self.plan.lock().lasting = Some(lasting);
    }

    /// What lasted is over.
    pub fn end(&self) {
        self.plan.lock().lasting = None;
    }

    /// Nothing goes wrong any more.
    pub fn stop(&self) {
        *self.plan.lock() = Plan::default();
    }

    /// From now on whoever wants to commit what touches the document with this `_id` loses a race, as if the transaction of a process
    /// that died still held it.
    pub fn hold(&self, id: &str) {
        self.plan.lock().held.insert(id.to_owned());
    }

    /// The document is held no longer.
    pub fn release(&self, id: &str) {
        self.plan.lock().held.remove(id);
    }

    /// Commits so far that touched what is held.
    #[must_use]
    pub fn races_lost(&self) -> u32 {
        self.plan.lock().races_lost
    }

    pub(super) fn is_held(&self, batch: &Batch) -> bool {
        let plan = &mut *self.plan.lock();
        let is_held = batch.touched().any(|id| plan.held.contains(id));
        plan.races_lost += u32::from(is_held);
        is_held
    }

    pub(super) fn next(&self, operation: Operation) -> Option<Fault> {
        let mut plan = self.plan.lock();
        if let Some(at) = plan.planned.iter().position(|(planned, _)| *planned == operation) {
            return plan.planned.remove(at).map(|(_, fault)| fault);
        }
        if let Some(fault) = plan.lasting.and_then(|lasting| plan.of(lasting, operation)) {
            return Some(fault);
        }
        let chance = plan.chance.as_mut()?;
        if chance.random.random_range(0..1_000) >= chance.per_thousand {
            return None;
        }
        Some(match chance.random.random_range(0..3) {
            0 => Fault::Fail,
            1 => Fault::TimeOutBefore,
            _ => Fault::TimeOutAfter,
        })
    }

    /// Lets others run, once or a few times; for longer where the engine hangs.
    pub(super) async fn pause(&self, operation: Operation) {
        let can_hang = matches!(operation, Operation::Load | Operation::Commit);
        let lasting = self.plan.lock().lasting;
        if lasting == Some(Lasting::Hanging) && can_hang {
            tokio::time::sleep(HANGS_FOR).await;
        }
        let yields = match &mut self.plan.lock().chance {
            Some(chance) => chance.random.random_range(0..=YIELDS_MAX),
            None => 1,
        };
        for _ in 0..yields {
            tokio::task::yield_now().await;
        }
    }
}
