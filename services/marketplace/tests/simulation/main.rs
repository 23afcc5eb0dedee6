//! The whole marketplace in one thread: all services on memory engines, a clock moved by hand, and scripts drawn from seeds.
//!
//! A script is a list of operations: what customers ask for, who gets a turn, how time passes, what goes wrong. The services are those
//! of production, with their handlers, committers, relays, listeners and loops; only the turns are given by the script. What must
//! always hold is checked with every commit, and everything at the end, when faults have stopped and all is quiet.
//!
//! `SEEDS=10000 cargo test --profile simulation -p marketplace --test simulation -- --nocapture` plays that many scripts, from seed 0
//! or from `FIRST_SEED` on; `SIMULATION_SEED=17` plays one of them, and shows all that happened; with `ALL=1` all that fail are listed.
//! A script that fails is made short and printed, to be kept in `reproduction.rs`; with `SHRINK=0` it is not.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it saw"
)]

mod at_once;
mod customers;
mod deadline;
mod engines;
mod generate;
mod operation;
mod panics;
mod play;
mod process;
mod provider;
#[path = "../reading/mod.rs"]
#[expect(dead_code, reason = "what the built-in provider did is looked at by others")]
mod reading;
mod reproduction;
mod run;
mod shrink;
mod summary;
mod tasks;
mod town;
mod trace;
mod watch;

use run::{Plan, Until};
use summary::Summary;
use trace::Trace;

/// Scripts that are played unless `SEEDS` says otherwise: what an unoptimised build plays in some ten seconds.
const SEEDS_DEFAULT: u64 = 50;

/// Scripts that together visit everything.
const SEEDS_TO_VISIT_ALL: u64 = 2_000;

/// Scripts that are played twice, to see that they are the same.
const SEEDS_TWICE: u64 = 12;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// Plays as many scripts as `SEEDS` says, from `FIRST_SEED` on, or shows the one that `SIMULATION_SEED` names; returns a summary if
/// all were played.
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
        println!("  seed {}: {:.300}", failed.seed, failed.broken[0]);
    }
    if let Some(failed) = failed.first() {
        panic!("{}", plan.report(failed));
    }
    Some(summary)
}

#[test]
fn whatever_goes_wrong_everything_holds() {
    let test = "whatever_goes_wrong_everything_holds";
    let Some(summary) = play_all(Plan { test, script: generate::script }) else { return };
    let missing = summary.coverage.missing();
    if summary.scripts >= SEEDS_TO_VISIT_ALL {
        assert!(missing.is_empty(), "never visited: {missing:?}");
    }
}

/// However close to the deadline it comes, a payment is accepted and taken, or refused and let go.
#[test]
fn who_pays_at_the_deadline_has_the_order_or_the_money() {
    let test = "who_pays_at_the_deadline_has_the_order_or_the_money";
    let Some(summary) = play_all(Plan { test, script: deadline::script }) else { return };
    let orders = |end: &str| summary.order_ends.get(end).copied().unwrap_or_default();
    let (complete, expired) = (orders("complete"), orders("expired"));
    let voided = summary.payment_ends.get("voided").copied().unwrap_or_default();
    println!("  {complete} complete, {expired} expired; {voided} payments let go");
    assert!(complete > 0 && expired > 0 && voided > 0, "all of it happens");
}

#[test]
fn the_same_seed_is_the_same_to_the_last_log_line() {
    for seed in 0..SEEDS_TWICE {
        let script = generate::script(seed);
        let (first, second) = (Trace::kept(), Trace::kept());
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
