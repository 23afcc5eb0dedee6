//! The reads that a decision declares.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use store::{Engine, Failure, Fault, MemoryEngine, Operation, Reads, Stop};
use testing::store_suite::{Crate, TooHeavy, a_crate, beside, open};

#[tokio::test]
async fn declared_documents_are_loaded_at_once_before_the_only_run() {
    let memory = MemoryEngine::shared();
    let faults = memory.faults();
    let (store, mut committer) = open(&Engine::Memory(memory)).await;
    let adding = store.transact(|tx| {
        tx.insert(a_crate("x", "a", 1));
        Ok::<_, Stop<TooHeavy>>(())
    });
    beside(&mut committer, adding).await.unwrap();

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
