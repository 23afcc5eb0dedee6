//! Planted bugs: a checker that cannot fail is worthless, so each known mistake is made on purpose, and must be found.

use sources::crash::Bug;
use testing::checker::Violation;

use crate::run::Run;

/// Runs that a bug may stay hidden in before it counts as missed.
const RUNS_MAX: u64 = 3;

/// The first violation that a bug shows itself by.
async fn found(bug: Bug, seed: u64) -> Option<Violation> {
    for attempt in 0..RUNS_MAX {
        let run = Run::planted(bug, seed + attempt);
        let violations = match bug {
            // Only replicas race for a version.
            Bug::NoVersionCheck => Run { kills: 2, ..run }.of_services().await,
            // Hints come late where expiration comes back after a while.
            Bug::ExpiryIgnoresCompletion => {
                Run { kills: 4, aim: Some("expiration"), ..run }.of_services().await
            }
            Bug::PublishBeforeCommit
            | Bug::AcknowledgeBeforeCommit
            | Bug::CheckThenInsertHold
            | Bug::NewIdempotencyKeyOnRetry
            | Bug::CaptureBeforeAcceptance => run.embedded().await,
        };
        if let Some(first) = violations.into_iter().next() {
            return Some(first);
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_planted_bug_is_caught() {
    let seed = Run::by_environment("planted bugs").seed;
    let only = std::env::var("BUG").ok();
    let bugs: Vec<Bug> = Bug::ALL
        .into_iter()
        .filter(|bug| only.as_ref().is_none_or(|only| only == bug.name()))
        .collect();
    let mut caught = 0;
    for bug in &bugs {
        match found(*bug, seed).await {
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
