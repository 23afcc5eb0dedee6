//! Random faults under load, one after another, until a number of processes were killed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use contract::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use sources::Clock;
use testing::load::Load;
use testing::processes::holds_within;

use crate::fleet::{Engines, Fleet};
use crate::run::{Aim, Run};
use crate::strikes::{strike, strike_brokers};

/// Maximum number of responses between two faults: the load has to reach its full rate again.
const ANSWERS_BETWEEN_MAX: u64 = 60;

/// Kills after which a run prints its progress.
const KILLS_TOLD: u32 = 20;

/// Longest wait for these responses.
const BETWEEN_MAX: Duration = Duration::from_secs(3);

/// Share of the faults that hit a broker when brokers are the target.
const BROKERS_SHARE: f64 = 0.8;

/// The injected faults: their kind, count and time.
#[derive(Default)]
pub(crate) struct Damage {
    kills: BTreeMap<String, u32>,
    other_faults: BTreeMap<String, u32>,
    pub(crate) disturbed: Vec<(Timestamp, Timestamp)>,
}

impl Damage {
    /// Counts a process that was killed by a signal or at a crash point.
    pub(crate) fn count_kill(&mut self, kind: impl Into<String>) {
        *self.kills.entry(kind.into()).or_default() += 1;
    }

    /// Counts a fault that killed no process.
    pub(crate) fn count_other(&mut self, kind: impl Into<String>) {
        *self.other_faults.entry(kind.into()).or_default() += 1;
    }

    /// Kills so far.
    pub(crate) fn kills(&self) -> u32 {
        self.kills.values().sum()
    }
}

impl fmt::Display for Damage {
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
pub(crate) async fn rage(fleet: &mut Fleet, load: &Load, run: &Run) -> Damage {
    let mut random = StdRng::seed_from_u64(run.seed);
    let mut damage = Damage::default();
    let began = Clock::System.now();
    let mut told = 0;
    while damage.kills() < run.kills {
        if damage.kills() >= told + KILLS_TOLD {
            told = damage.kills();
            println!("  {told} of {} kills, {} requests answered", run.kills, load.answered());
        }
        let answered = load.answered() + random.random_range(1..=ANSWERS_BETWEEN_MAX);
        holds_within(BETWEEN_MAX, || async { load.answered() >= answered }).await;
        match run.aim {
            Aim::Brokers if random.random_bool(BROKERS_SHARE) => {
                strike_brokers(fleet, &mut random, &mut damage).await;
            }
            Aim::Brokers | Aim::Anything => {
                strike(fleet, &mut random, &mut damage).await;
            }
        }
    }
    if let Engines::Servers(servers) = &fleet.engines {
        servers.end_open_transactions().await;
    }
    fleet.ready().await;
    damage.disturbed.push((began, Clock::System.now()));
    damage
}
