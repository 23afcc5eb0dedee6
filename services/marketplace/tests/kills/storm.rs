//! The storm: kills at random and at named points, under load, one after the other.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use contract::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use sources::{Clock, crash};
use testing::load::Load;
use testing::processes::holds_within;

use crate::fleet::Fleet;

/// Answers between two strikes, at the most: the load has to be in full flow again.
const ANSWERS_BETWEEN_MAX: u64 = 60;

/// Longest wait for these answers.
const BETWEEN_MAX: Duration = Duration::from_secs(3);

/// Longest wait for a process to come to the point at which it is told to die.
const POINT_MAX: Duration = Duration::from_secs(4);

/// Times that a point is passed before it kills, at the most.
const PASSES_MAX: u64 = 25;

/// What was broken, how often and when.
#[derive(Default)]
pub(crate) struct Damage {
    pub(crate) kills: BTreeMap<String, u32>,
    pub(crate) disturbed: Vec<(Timestamp, Timestamp)>,
}

impl Damage {
    pub(crate) fn count(&mut self, kind: impl Into<String>) {
        *self.kills.entry(kind.into()).or_default() += 1;
    }

    /// Kills so far.
    pub(crate) fn total(&self) -> u32 {
        self.kills.values().sum()
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<String> =
            self.kills.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        write!(f, "{} ({})", self.total(), kinds.join(", "))
    }
}

/// Strikes a fleet under load until so many processes were killed.
pub(crate) async fn rage(
    fleet: &mut Fleet,
    load: &Load,
    seed: u64,
    kills: u32,
    variables: &[(&str, String)],
) -> Damage {
    let mut random = StdRng::seed_from_u64(seed);
    let mut damage = Damage::default();
    let began = Clock::System.now();
    while damage.total() < kills {
        let answered = load.answered() + random.random_range(1..=ANSWERS_BETWEEN_MAX);
        holds_within(BETWEEN_MAX, || async { load.answered() >= answered }).await;
        strike(fleet, &mut random, &mut damage, variables).await;
    }
    fleet.ready().await;
    damage.disturbed.push((began, Clock::System.now()));
    damage
}

/// Kills one member, by force or at a point that it is told to die at, and starts it again.
async fn strike(
    fleet: &mut Fleet,
    random: &mut StdRng,
    damage: &mut Damage,
    variables: &[(&str, String)],
) {
    let count = fleet.members.len();
    let member = &mut fleet.members[random.random_range(0..count)];
    member.kill();
    damage.count("kill -9");
    if random.random_bool(0.6) {
        let point = crash::POINTS[random.random_range(0..crash::POINTS.len())];
        let nth = random.random_range(1..=PASSES_MAX);
        let mut armed = variables.to_vec();
        armed.push(("CRASH_AT", format!("{point}:{nth}")));
        *member = member.program().start(&armed);
        if point == "during_shutdown" {
            member.is_ready_within(POINT_MAX).await;
            member.signal("-TERM");
        }
        let died = member.end_within(POINT_MAX).await.is_some();
        // One that does not come there in time is killed like any other.
        member.kill();
        damage.count(if died { point } else { "kill -9" });
    }
    *member = member.program().start(variables);
    // Now and then the next blow falls while it is still starting.
    if random.random_bool(0.8) {
        fleet.ready().await;
    }
}
