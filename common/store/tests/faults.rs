//! What the committer does when its engine fails or does not say what became of a commit.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use store::{Engine, Failure, Fault, MemoryEngine, Operation, Stop};
use testing::store_suite::{Crate, TooHeavy, a_crate, beside, open};

fn engine() -> (Engine, store::Faults) {
    let engine = MemoryEngine::default();
    let faults = engine.faults();
    (Engine::Memory(engine), faults)
}

async fn insert(store: &store::Store, id: &'static str) -> Result<(), Failure<TooHeavy>> {
    store
        .transact(move |tx| {
            let weight = tx.get::<Crate>(id)?.map_or(0, |known| known.weight);
            if weight == 0 {
                tx.insert(a_crate(id, "a", 1));
            } else {
                tx.save(a_crate(id, "a", weight + 1));
            }
            Ok::<_, Stop<TooHeavy>>(())
        })
        .await
}

async fn weight(store: &store::Store, id: &str) -> i64 {
    store.find::<Crate>(id).await.unwrap().map_or(0, |found| found.weight)
}

#[tokio::test]
async fn a_failed_commit_is_told_to_everybody_and_writes_nothing() {
    let (engine, faults) = engine();
    let (store, mut committer) = open(&engine).await;
    faults.plan(Operation::Commit, Fault::Fail);
    let both = futures::future::join(insert(&store, "x"), insert(&store, "y"));
    let (one, two) = beside(&mut committer, both).await;
    assert!(matches!(one, Err(Failure::Unavailable(_))));
    assert!(matches!(two, Err(Failure::Unavailable(_))));
    assert_eq!(weight(&store, "x").await, 0);
    beside(&mut committer, insert(&store, "x")).await.unwrap();
    assert_eq!(weight(&store, "x").await, 1);
}

#[tokio::test]
async fn an_unknown_outcome_is_found_out_before_anybody_is_answered() {
    for fault in [Fault::TimeOutBefore, Fault::TimeOutAfter] {
        let (engine, faults) = engine();
        let (store, mut committer) = open(&engine).await;
        beside(&mut committer, insert(&store, "x")).await.unwrap();
        faults.plan(Operation::Commit, fault);
        beside(&mut committer, insert(&store, "x")).await.unwrap();
        assert_eq!(weight(&store, "x").await, 2, "applied exactly once after {fault:?}");
        beside(&mut committer, insert(&store, "x")).await.unwrap();
        assert_eq!(weight(&store, "x").await, 3, "the committer knows the version");
    }
}

#[tokio::test]
async fn an_outcome_that_cannot_be_found_out_at_first_is_asked_for_again() {
    tokio::time::pause();
    let (engine, faults) = engine();
    let (store, mut committer) = open(&engine).await;
    faults.plan(Operation::Commit, Fault::TimeOutAfter);
    faults.plan(Operation::FindOut, Fault::Fail);
    faults.plan(Operation::FindOut, Fault::Fail);
    beside(&mut committer, insert(&store, "x")).await.unwrap();
    assert_eq!(weight(&store, "x").await, 1);
}

#[tokio::test]
async fn a_load_that_fails_is_told_and_the_next_decision_is_made() {
    let (engine, faults) = engine();
    let (store, mut committer) = open(&engine).await;
    faults.plan(Operation::Load, Fault::Fail);
    let answer = beside(&mut committer, insert(&store, "x")).await;
    assert!(matches!(answer, Err(Failure::Unavailable(_))));
    beside(&mut committer, insert(&store, "x")).await.unwrap();
}

/// Whatever goes wrong: what was answered well happened once, what was not happened not at all.
#[tokio::test]
async fn every_answer_is_the_truth_under_random_faults() {
    tokio::time::pause();
    for seed in 0..50 {
        let (engine, faults) = engine();
        let (store, mut committer) = open(&engine).await;
        faults.by_chance(seed, 150);
        let mut acknowledged = 0;
        for _ in 0..40 {
            acknowledged += i64::from(beside(&mut committer, insert(&store, "x")).await.is_ok());
        }
        faults.stop();
        assert_eq!(weight(&store, "x").await, acknowledged, "seed {seed}");
    }
}
