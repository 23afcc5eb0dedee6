//! The whole marketplace in one thread: all services on engines in memory, a clock that the script
//! moves, and scripts generated from seeds.
//!
//! A script is a list of operations: requests of customers, turns of tasks, the passage of time,
//! faults. The services are those of production, with their handlers, committers, relays, listeners
//! and loops; only the order of turns comes from the script. Invariants are checked at every
//! commit. The final state is checked after faults have stopped and all tasks are idle.
//!
//! `SEEDS=10000 cargo test --profile simulation -p marketplace --test simulation -- --nocapture`
//! plays that number of scripts, from seed 0 or from `FIRST_SEED`. `SIMULATION_SEED=17` plays one
//! script and prints its trace. `ALL=1` lists all failures. A failing script is shortened and
//! printed, for `reproduction.rs`; `SHRINK=0` skips that.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it saw"
)]

mod at_once;
mod continuous_checks;
mod customers;
mod deadline;
mod engines;
mod generate;
mod operation;
mod panics;
mod play;
mod process;
mod provider;
mod reproduction;
mod run;
mod shrink;
mod simulated_marketplace;
mod summary;
mod tasks;
mod trace;

use run::{Plan, Until};
use summary::Summary;
use trace::Trace;

/// Scripts to play unless `SEEDS` is set: about ten seconds in an unoptimised build.
const SEEDS_DEFAULT: u64 = 50;

/// Number of scripts that together visit every transition.
const SEEDS_TO_VISIT_ALL: u64 = 2_000;

/// Number of scripts to play twice, to compare their traces.
const SEEDS_TWICE: u64 = 12;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// Plays `SEEDS` scripts, from `FIRST_SEED`, or shows the script of `SIMULATION_SEED`. Returns a
/// summary if all scripts were played.
fn play_all(plan: Plan) -> Option<Summary> {
    if let Some(seed) = number("SIMULATION_SEED") {
        plan.show(seed);
        return None;
    }
    let first = number("FIRST_SEED").unwrap_or(0);
    let seeds = number("SEEDS").unwrap_or(SEEDS_DEFAULT);
    println!("{}: FIRST_SEED={first} SEEDS={seeds}", plan.test);
    let started = tokio::time::Instant::now();
    let until = if number("ALL").is_some() { Until::End } else { Until::Failure };
    let (summary, failed) = plan.run(&(first..first.saturating_add(seeds)), until);
    println!("{}: {summary}\n  took {:?}", plan.test, started.elapsed());
    for failed in &failed {
        println!("  seed {}: {:.300}", failed.seed, failed.violations[0]);
    }
    if let Some(failed) = failed.first() {
        panic!("{}", plan.report(failed));
    }
    Some(summary)
}

#[test]
fn the_invariants_hold_under_injected_faults() {
    let test = "the_invariants_hold_under_injected_faults";
    let Some(summary) = play_all(Plan { test, script: generate::script }) else { return };
    let missing = continuous_checks::coverage::missing(&summary.coverage);
    if summary.scripts >= SEEDS_TO_VISIT_ALL {
        assert!(missing.is_empty(), "never visited: {missing:?}");
    }
}

/// A payment near the deadline is either accepted and captured, or refused and voided.
#[test]
fn a_payment_at_the_deadline_completes_its_order_or_is_voided() {
    let test = "a_payment_at_the_deadline_completes_its_order_or_is_voided";
    let Some(summary) = play_all(Plan { test, script: deadline::script }) else { return };
    let orders = |end: &str| summary.order_ends.get(end).copied().unwrap_or_default();
    let (complete, expired) = (orders("complete"), orders("expired"));
    let voided = summary.payment_ends.get("voided").copied().unwrap_or_default();
    println!("  {complete} complete, {expired} expired; {voided} payments voided");
    assert!(
        complete > 0 && expired > 0 && voided > 0,
        "complete orders, expired orders and voided payments all occur"
    );
}

#[test]
fn the_same_seed_produces_the_same_trace() {
    for seed in 0..SEEDS_TWICE {
        let script = generate::script(seed);
        let (first, second) = (Trace::recorded(), Trace::recorded());
        play::play(&script, &first);
        play::play(&script, &second);
        let (first, second) = (first.text(), second.text());
        assert!(first.contains("\nlog "), "the log is part of the trace");
        for (number, (one, other)) in first.lines().zip(second.lines()).enumerate() {
            assert_eq!(one, other, "seed {seed}, line {number}");
        }
        assert_eq!(first.len(), second.len(), "seed {seed}");
    }
}
