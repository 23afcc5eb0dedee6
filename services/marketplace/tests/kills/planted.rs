//! Planted bugs: a checker that cannot fail is worthless, so each known mistake is made on purpose, and must be found.

use std::time::Duration;

use sources::crash::Bug;
use testing::checker::Violation;

use crate::run::{Aim, Run};

/// Runs that a bug may stay hidden in before it counts as missed.
const RUNS_MAX: u64 = 4;

/// Patience with one process, where what was not acknowledged comes again at its start. Programs with a bug need not recover.
const ONE_PROCESS_PATIENCE: Duration = Duration::from_secs(12);

/// Patience with replicas: what a killed one had taken comes again when the broker has waited for half a minute, and may have to be
/// tried again.
const REPLICAS_PATIENCE: Duration = Duration::from_secs(75);

/// A run in which a mistake shows itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// One process, killed at random.
    OneProcess,
    /// Replicas that race for versions, none of them killed.
    Races,
    /// Replicas, and hints that come late since expiration was away for longer than an order's window.
    LateHints,
}

/// `None` for those that are left to the simulator: nothing that kills do brings them to light soon.
const fn shape(bug: Bug) -> Option<Shape> {
    Some(match bug {
        Bug::NoVersionCheck => Shape::Races,
        Bug::ExpiryIgnoresCompletion => Shape::LateHints,
        Bug::PublishBeforeCommit
        | Bug::AcknowledgeBeforeCommit
        | Bug::CheckThenInsertHold
        | Bug::NewIdempotencyKeyOnRetry
        | Bug::CaptureBeforeAcceptance => Shape::OneProcess,
        Bug::ExpiryIgnoresDeadline
        | Bug::DoubleRelease
        | Bug::RedeliveryReturnsUnits
        | Bug::VersionIgnored
        | Bug::OutboxDropped
        | Bug::SignatureNotChecked
        | Bug::RefundUnderNewKey
        | Bug::CreditNotChecked
        | Bug::HoldForgottenWhilePaying => return None,
    })
}

/// What is broken after a run of this shape, with this bug or without any.
async fn violations(shape: Shape, bug: Option<Bug>, seed: u64) -> Vec<Violation> {
    let run = Run {
        what: bug.map_or("no bug", Bug::name),
        seed,
        kills: 8,
        patience: ONE_PROCESS_PATIENCE,
        aim: Aim::Anything,
        variables: bug.map(|bug| ("PLANTED_BUG", bug.name().to_owned())).into_iter().collect(),
    };
    match shape {
        Shape::OneProcess => run.embedded().await,
        Shape::Races => Run { kills: 0, patience: REPLICAS_PATIENCE, ..run }.of_services().await,
        Shape::LateHints => {
            let aim = Aim::Service("expiration");
            Run { kills: 4, patience: REPLICAS_PATIENCE, aim, ..run }.of_services().await
        }
    }
}

/// The first violation that a bug shows itself by.
async fn found(bug: Bug, shape: Shape, seed: u64) -> Option<Violation> {
    for attempt in 0..RUNS_MAX {
        let violations = violations(shape, Some(bug), seed + attempt).await;
        if let Some(first) = violations.into_iter().next() {
            return Some(first);
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes some ten minutes: with -- --ignored"]
async fn every_planted_bug_is_caught_and_without_one_nothing_is_found() {
    let seed = Run::by_environment("planted bugs").seed;
    let only = std::env::var("BUG").ok();
    let is_chosen = |bug: &Bug| only.as_ref().is_none_or(|only| only == bug.name());
    let bugs = Bug::ALL.into_iter().filter(is_chosen);
    let bugs: Vec<(Bug, Shape)> = bugs.filter_map(|bug| Some((bug, shape(bug)?))).collect();
    for wanted in [Shape::OneProcess, Shape::Races, Shape::LateHints] {
        if bugs.iter().any(|(_, shape)| *shape == wanted) {
            assert_eq!(violations(wanted, None, seed).await, [], "{wanted:?} without a bug");
        }
    }
    let mut caught = 0;
    for (bug, shape) in &bugs {
        match found(*bug, *shape, seed).await {
            Some(violation) => {
                caught += 1;
                println!("caught {}: {:.400}", bug.name(), violation.to_string());
            }
            None => println!("MISSED {}", bug.name()),
        }
    }
    println!("{caught} of {} caught", bugs.len());
    assert_eq!(caught, bugs.len(), "a planted bug was missed");
}
