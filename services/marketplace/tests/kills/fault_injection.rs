//! Random faults under load, one after another, until a number of processes were killed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use testing::load::Load;
use testing::processes::holds_within;

use crate::faults::{inject_broker_fault, inject_fault};
use crate::fleet::Fleet;
use crate::run::{Run, Target};

/// Maximum number of responses between two faults: the load has to reach its full rate again.
const RESPONSES_BETWEEN_MAX: u64 = 60;

/// Kills after which a run prints its progress.
const PROGRESS_PERIOD: u32 = 20;

/// Longest wait for these responses.
const BETWEEN_MAX: Duration = Duration::from_secs(3);

/// Share of the faults that hit a broker when brokers are the target.
const BROKERS_SHARE: f64 = 0.8;

pub(crate) struct InjectedFaults {
    pub(crate) random: StdRng,
    kills: BTreeMap<String, u32>,
    other_faults: BTreeMap<String, u32>,
}

impl InjectedFaults {
    /// None so far; a seed determines those that follow.
    pub(crate) fn seeded(seed: u64) -> Self {
        let (kills, other_faults) = (BTreeMap::new(), BTreeMap::new());
        Self { random: StdRng::seed_from_u64(seed), kills, other_faults }
    }

    /// Counts a process that was killed by a signal or at a crash point.
    pub(crate) fn count_kill(&mut self, kind: impl Into<String>) {
        *self.kills.entry(kind.into()).or_default() += 1;
    }

    /// Counts a fault that killed no process.
    pub(crate) fn count_other(&mut self, kind: impl Into<String>) {
        *self.other_faults.entry(kind.into()).or_default() += 1;
    }

    pub(crate) fn kills(&self) -> u32 {
        self.kills.values().sum()
    }
}

impl fmt::Display for InjectedFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |kinds: &BTreeMap<String, u32>| {
            let kinds: Vec<String> =
                kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            kinds.join(", ")
        };
        write!(f, "{} kills: {}", self.kills(), listed(&self.kills))?;
        if !self.other_faults.is_empty() {
            write!(f, "; other faults: {}", listed(&self.other_faults))?;
        }
        Ok(())
    }
}

/// Injects faults under load until a number of processes were killed; returns when everything runs
/// again.
pub(crate) async fn inject(fleet: &mut Fleet, load: &Load, run: &Run) -> InjectedFaults {
    let mut injected = InjectedFaults::seeded(run.seed);
    let mut reported = 0;
    while injected.kills() < run.kills {
        if injected.kills() >= reported + PROGRESS_PERIOD {
            reported = injected.kills();
            println!("  {reported} of {} kills, {} responses", run.kills, load.responses());
        }
        let target = load.responses() + injected.random.random_range(1..=RESPONSES_BETWEEN_MAX);
        holds_within(BETWEEN_MAX, || async { load.responses() >= target }).await;
        match run.target {
            Target::Brokers if injected.random.random_bool(BROKERS_SHARE) => {
                inject_broker_fault(fleet, &mut injected).await;
            }
            Target::Brokers | Target::Any => inject_fault(fleet, &mut injected).await,
        }
    }
    fleet.end_open_transactions().await;
    fleet.ready().await;
    injected
}
