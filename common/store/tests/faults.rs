//! The committer while its engine fails, or does not report the outcome of a commit.

use std::time::Duration;

use store::memory::HANGS_FOR;
use store::{Committer, Failure, Fault, Faults, LastingFault, MemoryEngine, Operation, Store};
use testing::store_suite::{Answer, TooHeavy, adding, beside, in_memory, weight};
use tokio::time::Instant;

async fn start() -> (Store, Committer, Faults) {
    in_memory(MemoryEngine::default()).await
}

async fn insert(store: &Store, id: &'static str) -> Answer {
    adding(store, id, 1, i64::MAX).await
}

#[tokio::test]
async fn a_failed_commit_fails_every_decision_and_writes_nothing() {
    let (store, mut committer, faults) = start().await;
    faults.plan(Operation::Commit, Fault::Fail);
    let both = futures::future::join(insert(&store, "x"), insert(&store, "y"));
    let (one, two) = beside(&mut committer, both).await;
    assert!(matches!(one, Err(Failure::Unavailable(_))));
    assert!(matches!(two, Err(Failure::Unavailable(_))));
    assert_eq!(weight(&store, "x").await, None);
    beside(&mut committer, insert(&store, "x")).await.unwrap();
    assert_eq!(weight(&store, "x").await, Some(1));
}

#[tokio::test]
async fn an_unknown_outcome_is_resolved_before_any_reply() {
    for fault in [Fault::TimeOutBefore, Fault::TimeOutAfter] {
        let (store, mut committer, faults) = start().await;
        beside(&mut committer, insert(&store, "x")).await.unwrap();
        faults.plan(Operation::Commit, fault);
        beside(&mut committer, insert(&store, "x")).await.unwrap();
        assert_eq!(weight(&store, "x").await, Some(2), "applied exactly once after {fault:?}");
        beside(&mut committer, insert(&store, "x")).await.unwrap();
        assert_eq!(weight(&store, "x").await, Some(3), "the committer knows the version");
    }
}

#[tokio::test]
async fn resolving_an_outcome_is_retried() {
    tokio::time::pause();
    let (store, mut committer, faults) = start().await;
    faults.plan(Operation::Commit, Fault::TimeOutAfter);
    faults.plan(Operation::ResolveOutcome, Fault::Fail);
    faults.plan(Operation::ResolveOutcome, Fault::Fail);
    beside(&mut committer, insert(&store, "x")).await.unwrap();
    assert_eq!(weight(&store, "x").await, Some(1));
}

#[tokio::test]
async fn a_failed_load_fails_its_decision_and_not_the_next() {
    let (store, mut committer, faults) = start().await;
    faults.plan(Operation::Load, Fault::Fail);
    let answer = beside(&mut committer, insert(&store, "x")).await;
    assert!(matches!(answer, Err(Failure::Unavailable(_))));
    beside(&mut committer, insert(&store, "x")).await.unwrap();
}

/// Under any faults: an acknowledged decision was applied once, a failed one not at all.
#[tokio::test]
async fn every_reply_is_true_under_random_faults() {
    tokio::time::pause();
    for seed in 0..50 {
        let (store, mut committer, faults) = start().await;
        faults.by_chance(seed, 150);
        let (mut acknowledged, mut unknown) = (0, 0);
        for _ in 0..40 {
            match beside(&mut committer, insert(&store, "x")).await {
                Ok(_) => acknowledged += 1,
                Err(failure) => unknown += i64::from(is_unknown(&failure)),
            }
        }
        faults.stop();
        let weight = weight(&store, "x").await.unwrap_or(0);
        assert!((acknowledged..=acknowledged + unknown).contains(&weight), "seed {seed}");
    }
}

fn is_unknown(failure: &Failure<TooHeavy>) -> bool {
    matches!(failure, Failure::Unavailable(unavailable) if unavailable.is_outcome_unknown())
}

/// Longest wait of a caller whose commit the engine rolls back or does not respond to.
const ANSWER_MAX: Duration = Duration::from_secs(2);

#[tokio::test(start_paused = true)]
async fn a_full_disk_fails_commits_at_once_and_recovers_at_once() {
    let (store, mut committer, faults) = start().await;
    beside(&mut committer, insert(&store, "x")).await.unwrap();
    let began = Instant::now();
    faults.begin(LastingFault::Full);
    for _ in 0..10 {
        let failure = beside(&mut committer, insert(&store, "x")).await.unwrap_err();
        assert!(!is_unknown(&failure), "nothing was written: {failure}");
        beside(&mut committer, store.check_writable()).await.unwrap_err();
        assert_eq!(weight(&store, "x").await, Some(1), "a full disk can be read");
    }
    faults.end();
    beside(&mut committer, insert(&store, "x")).await.unwrap();
    assert!(began.elapsed() < ANSWER_MAX, "no caller waited");
    assert_eq!(weight(&store, "x").await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_never_written_fails_after_three_attempts() {
    let (store, mut committer, faults) = start().await;
    for _ in 0..3 {
        faults.plan(Operation::Commit, Fault::TimeOutBefore);
    }
    let began = Instant::now();
    let failure = beside(&mut committer, insert(&store, "x")).await.unwrap_err();
    assert!(!is_unknown(&failure) && began.elapsed() < ANSWER_MAX, "{failure}");
    assert_eq!(weight(&store, "x").await, None);
    beside(&mut committer, insert(&store, "x")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_resolved_before_the_next_commit() {
    for silent_before in [0, 1] {
        let memory = MemoryEngine::default();
        let (store, mut committer, faults) = in_memory(memory.clone()).await;
        beside(&mut committer, insert(&store, "x")).await.unwrap();
        for _ in 0..silent_before {
            // The next one takes effect.
            let (other, mut its, _) = in_memory(memory.clone()).await;
            faults.begin(LastingFault::Silent);
            beside(&mut its, insert(&other, "y")).await.unwrap_err();
        }
        faults.begin(LastingFault::Silent);
        let began = Instant::now();
        let failure = beside(&mut committer, insert(&store, "x")).await.unwrap_err();
        assert!(is_unknown(&failure) && began.elapsed() < ANSWER_MAX, "{failure}");
        for _ in 0..10 {
            let began = Instant::now();
            let failure = beside(&mut committer, insert(&store, "x")).await.unwrap_err();
            assert!(!is_unknown(&failure), "not tried: {failure}");
            assert_eq!(began.elapsed(), Duration::ZERO, "refused at once");
            beside(&mut committer, store.check_writable()).await.unwrap_err();
        }
        faults.end();
        let retry = async {
            while insert(&store, "x").await.is_err() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        beside(&mut committer, retry).await;
        assert!(began.elapsed() < 2 * ANSWER_MAX, "tried again within a second");
        let written = if silent_before == 1 { 3 } else { 2 };
        assert_eq!(
            weight(&store, "x").await,
            Some(written),
            "the last commit is known before the next"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn callers_of_a_hanging_engine_do_not_queue() {
    let (store, mut committer, faults) = start().await;
    faults.begin(LastingFault::Hanging);
    let began = Instant::now();
    beside(&mut committer, insert(&store, "x")).await.unwrap_err();
    assert_eq!(began.elapsed(), HANGS_FOR);
    let many = async {
        for _ in 0..100 {
            let began = Instant::now();
            insert(&store, "x").await.unwrap_err();
            assert_eq!(
                began.elapsed(),
                Duration::ZERO,
                "refused at once, while the engine is probed"
            );
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    };
    beside(&mut committer, many).await;
    faults.end();
    let began = Instant::now();
    let retry = async {
        while insert(&store, "x").await.is_err() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    beside(&mut committer, retry).await;
    assert!(began.elapsed() <= HANGS_FOR + ANSWER_MAX);
}
