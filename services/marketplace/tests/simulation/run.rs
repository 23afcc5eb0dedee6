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
    pub(crate) test: &'static str,
    pub(crate) script: fn(u64) -> Script,
}

/// The seed of a script that failed, and the violated rules.
pub(crate) type Failed = (u64, Vec<String>);

impl Plan {
    /// Plays the scripts of these seeds, with `ALL` also those after a failure; returns the failed
    /// ones, ordered by seed.
    pub(crate) fn run(self, seeds: &Range<u64>) -> (Summary, Vec<Failed>) {
        let is_for_all = crate::number("ALL").is_some();
        let next = AtomicU64::new(seeds.start);
        let is_over = AtomicBool::new(false);
        let worker = || {
            let (mut summary, mut failed) = (Summary::default(), Vec::new());
            while !is_over.load(Ordering::Relaxed) {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= seeds.end {
                    break;
                }
                let (violations, counts) = play(&(self.script)(seed), &Trace::default());
                summary.merge(&counts);
                if !violations.is_empty() {
                    is_over.store(!is_for_all, Ordering::Relaxed);
                    failed.push((seed, violations));
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
        failed.sort();
        (summary, failed)
    }

    pub(crate) fn show(self, seed: u64) {
        let script = (self.script)(seed);
        let trace = Trace::recorded();
        let (violations, _) = play(&script, &trace);
        println!("{script:#?}\n{}", trace.text());
        assert!(violations.is_empty(), "{}", self.report(&(seed, violations)));
    }

    /// The report of a failed script: the violated rules, the command that replays it, and a short
    /// script with the same failure.
    pub(crate) fn report(self, (seed, violations): &Failed) -> String {
        let violated = format!("seed {seed}: {}", violations.join("\n"));
        if crate::number("SHRINK") == Some(0) {
            return violated;
        }
        let short = shrink(&(self.script)(*seed), &violations[0]);
        let (shown, _) = play(&short, &Trace::default());
        format!(
            "{violated}\n\
             replay: SIMULATION_SEED={seed} cargo test --profile simulation -p marketplace --test simulation {} -- --nocapture\n\
             a short script that fails the same link ({} operations):\n{short:#?}\n\
             its violations: {}",
            self.test,
            short.operations.len(),
            shown.join("\n"),
        )
    }
}
