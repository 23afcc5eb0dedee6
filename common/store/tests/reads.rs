//! The reads that a decision declares; and concurrent reads of a shared engine, which are batched.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;
use futures::poll;
use store::{Failure, Fault, Faults, MemoryEngine, Operation, Reads, Stop, Store};
use testing::TEST_TIME_MAX;
use testing::store_suite::{Crate, TooHeavy, a_crate, adding, beside, in_memory};

#[tokio::test]
async fn declared_documents_are_loaded_at_once_before_the_only_run() {
    let (store, mut committer, faults) = in_memory(MemoryEngine::shared()).await;
    beside(&mut committer, adding(&store, "x", 1, 1)).await.unwrap();

    let runs = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&runs);
    let weigh = move |tx: &mut store::Tx<'_>| {
        count.fetch_add(1, Ordering::Relaxed);
        let weight = tx.get::<Crate>("x")?.map_or(0, |found| found.weight);
        Ok::<_, Stop<TooHeavy>>((weight, tx.get::<Crate>("y")?.is_some()))
    };
    let reads = || Reads::default().and::<Crate>(["x", "y"]);
    let weighing = store.transact_reading(reads(), weigh.clone());
    assert_eq!(beside(&mut committer, weighing).await.unwrap(), (1, false));
    assert_eq!(runs.swap(0, Ordering::Relaxed), 1);

    let weighing = store.transact(weigh.clone());
    assert_eq!(beside(&mut committer, weighing).await.unwrap(), (1, false));
    assert_eq!(runs.swap(0, Ordering::Relaxed), 3, "undeclared reads are found one by one");

    faults.plan(Operation::Load, Fault::Fail);
    let weighing = store.transact_reading(reads(), weigh);
    let failed = beside(&mut committer, weighing).await;
    assert!(matches!(failed, Err(Failure::Unavailable(_))));
    assert_eq!(runs.load(Ordering::Relaxed), 0);
}

/// A store on a shared engine with the crates 0 to 9.
async fn ten_crates() -> (Store, Faults) {
    let (store, mut committer, faults) = in_memory(MemoryEngine::shared()).await;
    let adding = store.transact(|tx| {
        (0..10).for_each(|number| tx.insert(a_crate(&number.to_string(), "a", number)));
        Ok::<_, Stop<TooHeavy>>(())
    });
    beside(&mut committer, adding).await.unwrap();
    (store, faults)
}

#[tokio::test]
async fn each_reader_receives_the_requested_document() {
    let (store, _) = ten_crates().await;
    let ids: Vec<String> = (0..12).map(|number| number.to_string()).collect();
    let found = join_all(ids.iter().map(|id| store.find::<Crate>(id))).await;
    for (id, found) in ids.iter().zip(found) {
        let found = found.unwrap().map(|found| found.id);
        assert_eq!(found.as_ref(), (id.len() == 1).then_some(id));
    }
}

#[tokio::test]
async fn requests_during_a_load_share_the_next_load_and_its_failure() {
    let (store, faults) = ten_crates().await;
    // Two loads at once, and the next one.
    for _ in 0..3 {
        faults.plan(Operation::Load, Fault::Fail);
    }
    let ids: Vec<String> = (0..10).map(|number| number.to_string()).collect();
    let found = join_all(ids.iter().map(|id| store.find::<Crate>(id))).await;
    assert!(found.iter().all(Result::is_err), "it took more loads than there are failures");
    let found = join_all(ids.iter().map(|id| store.find::<Crate>(id))).await;
    assert!(found.iter().all(Result::is_ok), "a failure outlived its load");
}

#[tokio::test]
async fn a_dropped_reader_does_not_block_the_others() {
    let (store, _) = ten_crates().await;
    let mut readers: Vec<_> =
        ["1", "2", "3", "4", "5"].map(|id| Box::pin(store.find::<Crate>(id))).into();
    for reader in &mut readers {
        assert!(poll!(reader.as_mut()).is_pending());
    }
    // The third waits for a permit to load for the others; the first is in the middle of a load.
    drop(readers.remove(2));
    drop(readers.remove(0));
    let found = tokio::time::timeout(TEST_TIME_MAX, join_all(readers)).await.unwrap();
    assert!(found.iter().all(|one| matches!(one, Ok(Some(_)))));
}
