//! Runs many scripts, one thread per core, and reports a failure.

use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{available_parallelism, scope};

use crate::operation::Script;
use crate::play::play;
use crate::shrink::shrink;
use crate::summary::Summary;
use crate::trace::Trace;

/// Scripts from one generator.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// The test that plays the scripts.
    pub(crate) test: &'static str,
    /// The script of a seed.
    pub(crate) script: fn(u64) -> Script,
}

/// A script that failed, by its seed.
pub(crate) struct Failed {
    pub(crate) seed: u64,
    pub(crate) violations: Vec<String>,
}

/// The condition that ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// The first failing script.
    Failure,
    /// All scripts were played.
    End,
}

impl Plan {
    /// Plays the scripts of these seeds; returns the failed ones, ordered by seed.
    pub(crate) fn run(self, seeds: &Range<u64>, until: Until) -> (Summary, Vec<Failed>) {
        let next = AtomicU64::new(seeds.start);
        let has_failed = AtomicBool::new(false);
        let worker = || {
            let (mut summary, mut failed) = (Summary::default(), Vec::new());
            while !has_failed.load(Ordering::Relaxed) {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= seeds.end {
                    break;
                }
                let played = play(&(self.script)(seed), &Trace::default());
                summary.merge(&played.summary);
                if !played.is_sound() {
                    has_failed.store(until == Until::Failure, Ordering::Relaxed);
                    failed.push(Failed { seed, violations: played.violations });
                }
            }
            (summary, failed)
        };
        let cores = available_parallelism().map_or(1, NonZero::get);
        let (mut summary, mut failed) = (Summary::default(), Vec::new());
        scope(|threads| {
            let workers: Vec<_> = (0..cores).map(|_| threads.spawn(worker)).collect();
            for worker in workers {
                let (of_one, failed_ones) = worker.join().unwrap();
                summary.merge(&of_one);
                failed.extend(failed_ones);
            }
        });
        failed.sort_by_key(|one: &Failed| one.seed);
        (summary, failed)
    }

    /// Plays one script and prints its trace.
    pub(crate) fn show(self, seed: u64) {
        let script = (self.script)(seed);
        let trace = Trace::recorded();
        let played = play(&script, &trace);
        println!("{script:#?}\n{}", trace.text());
        if !played.is_sound() {
            let violations = played.violations;
            panic!("{}", self.report(&Failed { seed, violations }));
        }
    }

    /// The report of a failed script: the violated rules, the command that replays it, and a short
    /// script with the same failure.
    pub(crate) fn report(self, failed: &Failed) -> String {
        let Failed { seed, violations } = failed;
        if crate::number("SHRINK") == Some(0) {
            return format!("seed {seed}: {}", violations.join("\n"));
        }
        let short = shrink(&(self.script)(*seed), &violations[0]);
        let shown = play(&short, &Trace::default()).violations;
        format!(
            "seed {seed}: {}\n\
             replay: SIMULATION_SEED={seed} cargo test --profile simulation -p marketplace --test simulation {} -- --nocapture\n\
             a short script that fails the same link ({} operations):\n{short:#?}\n\
             its violations: {}",
            violations.join("\n"),
            self.test,
            short.operations.len(),
            shown.join("\n"),
        )
    }
}
