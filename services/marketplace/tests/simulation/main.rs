//! The whole marketplace in one thread: the services of production on engines in memory. Scripts
//! from seeds have requests, turns of tasks, the passage of time and faults. Invariants are checked
//! at every commit, and the final state after faults have stopped and all tasks are idle.
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

mod cancellation;
mod continuous_checks;
mod customers;
mod deadline;
mod engines;
mod generate;
mod mail_server;
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

use continuous_checks::coverage;
use run::Plan;
use summary::{Summary, TOTALS};
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

/// Plays and sums up `SEEDS` scripts, from `FIRST_SEED`; or shows the script of `SIMULATION_SEED`.
fn play_all(plan: Plan) -> Option<Summary> {
    if let Some(seed) = number("SIMULATION_SEED") {
        plan.show(seed);
        return None;
    }
    let first = number("FIRST_SEED").unwrap_or(0);
    let seeds = number("SEEDS").unwrap_or(SEEDS_DEFAULT);
    println!("{}: FIRST_SEED={first} SEEDS={seeds}", plan.test);
    let started = tokio::time::Instant::now();
    let (summary, failed) = plan.run(&(first..first.saturating_add(seeds)));
    println!("{}: {summary}\n  took {:?}", plan.test, started.elapsed());
    for (seed, violations) in &failed {
        println!("  seed {seed}: {:.300}", violations[0]);
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
    expect_all_visited(&summary, &coverage::missing(&summary));
}

fn expect_all_visited(summary: &Summary, missing: &[String]) {
    if summary.count(TOTALS, "scripts") >= SEEDS_TO_VISIT_ALL {
        assert!(missing.is_empty(), "never visited: {missing:?}");
    }
}

/// A payment near the deadline is either accepted and captured, or refused and voided.
#[test]
fn a_payment_at_the_deadline_completes_its_order_or_is_voided() {
    let test = "a_payment_at_the_deadline_completes_its_order_or_is_voided";
    let Some(summary) = play_all(Plan { test, script: deadline::script }) else { return };
    let (complete, expired) =
        (summary.count("orders", "Complete"), summary.count("orders", "Expired"));
    let voided = summary.count("payments", "Voided");
    println!("  {complete} complete, {expired} expired; {voided} payments voided");
    assert!(
        complete > 0 && expired > 0 && voided > 0,
        "complete orders, expired orders and voided payments all occur"
    );
}

/// Every paid order of a cancelled show is refunded in full, whatever happens at the same time.
#[test]
fn a_cancelled_show_owes_nothing() {
    let test = "a_cancelled_show_owes_nothing";
    let Some(summary) = play_all(Plan { test, script: cancellation::script }) else { return };
    let [done, failed] = ["Done", "Failed"].map(|end| summary.count("sales", end));
    let ended = summary.count("orders", "ShowCancelled");
    println!("  {done} refunded, {failed} credited; {ended} orders ended");
    assert!(done > 0 && failed > 0 && ended > 0, "all three ends occur");
    expect_all_visited(&summary, &coverage::missing_of_cancelled_shows(&summary));
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
