//! Two stores on one engine, as in two replicas of a service.

use store::{Committer, Engine, Failure, Stop, Store};

use super::{Crate, TooHeavy, a_crate, add, adding, beside, open, weight};

async fn two_replicas(engine: &Engine) -> [(Store, Committer); 2] {
    [open(engine).await, open(engine).await]
}

/// A second store on the same engine is another replica: its writes cause a conflict, and the
/// decision is retried.
pub async fn a_conflicting_decision_is_repeated(engine: Engine) {
    let [(one, mut one_committer), (two, mut two_committer)] = two_replicas(&engine).await;
    beside(&mut one_committer, adding(&one, "x", 1, 100)).await.unwrap();
    beside(&mut two_committer, adding(&two, "x", 1, 100)).await.unwrap();
    // The first committer still caches its own version of the document.
    assert_eq!(beside(&mut one_committer, adding(&one, "x", 1, 100)).await.unwrap(), 3);
    assert_eq!(beside(&mut two_committer, adding(&two, "x", 1, 2)).await.ok(), None);
    // A store for a single process reads its cache; a new store reads the engine's contents.
    let (anew, _committer) = open(&engine).await;
    assert_eq!(weight(&anew, "x").await, Some(3));
    // An insert of an id that another replica has inserted finds the document.
    beside(&mut one_committer, adding(&one, "new", 1, 9)).await.unwrap();
    assert_eq!(beside(&mut two_committer, adding(&two, "new", 1, 9)).await.unwrap(), 2);
}

/// An insertion without a read of a document that another replica has inserted fails; the other
/// decisions of its batch are committed.
pub async fn an_insertion_of_an_existing_document_fails_alone(engine: Engine) {
    let [(one, mut one_committer), (two, mut two_committer)] = two_replicas(&engine).await;
    beside(&mut one_committer, adding(&one, "x", 1, 100)).await.unwrap();
    let inserting = two.transact(|tx| {
        tx.insert(a_crate("x", "a", 9));
        Ok::<_, Stop<TooHeavy>>(())
    });
    let both = async { futures::join!(inserting, adding(&two, "y", 1, 100)) };
    let (inserted, added) = beside(&mut two_committer, both).await;
    assert!(matches!(inserted, Err(Failure::Unavailable(_))), "{inserted:?}");
    assert_eq!(added.unwrap(), 1);
    assert_eq!(weight(&one, "x").await, Some(1));
}

/// Sets the weight of the document `own` to that of `other`, which is only read.
async fn weighing(store: &Store, other: &'static str, own: &'static str) -> Option<i64> {
    let weighing = store.transact(move |tx| {
        let weight = tx.get::<Crate>(other)?.map_or(0, |known| known.weight);
        match tx.get::<Crate>(own)? {
            None => tx.insert(a_crate(own, "a", weight)),
            Some(_) => tx.save(a_crate(own, "a", weight)),
        }
        Ok::<_, Stop<TooHeavy>>(weight)
    });
    weighing.await.ok()
}

/// The documents that a decision read are unchanged at its commit, also if it writes other
/// documents.
pub async fn a_decision_conflicts_with_changes_of_its_reads(engine: Engine) {
    let [(one, mut one_committer), (two, mut two_committer)] = two_replicas(&engine).await;
    beside(&mut one_committer, adding(&one, "x", 1, 100)).await.unwrap();
    assert_eq!(beside(&mut one_committer, weighing(&one, "x", "own")).await, Some(1));
    beside(&mut two_committer, adding(&two, "x", 4, 100)).await.unwrap();
    assert_eq!(beside(&mut one_committer, weighing(&one, "x", "own")).await, Some(5));
    assert_eq!(weight(&two, "own").await, Some(5));
    beside(
        &mut two_committer,
        two.transact(|tx| {
            tx.get::<Crate>("x")?;
            tx.delete::<Crate>("x");
            Ok::<_, Stop<TooHeavy>>(())
        }),
    )
    .await
    .unwrap();
    assert_eq!(beside(&mut one_committer, weighing(&one, "x", "own")).await, Some(0));
}

/// Decisions of two replicas that each read the document that the other writes are serialised.
pub async fn crossing_decisions_of_replicas_are_serialised(engine: Engine) {
    let [(one, mut one_committer), (two, mut two_committer)] = two_replicas(&engine).await;
    for round in 1..=20 {
        let (a, b) = (adding(&one, "x", 1, 1_000), adding(&one, "y", 1, 1_000));
        beside(&mut one_committer, async { (a.await.unwrap(), b.await.unwrap()) }).await;
        let (x, y) = futures::join!(
            beside(&mut one_committer, weighing(&one, "y", "x")),
            beside(&mut two_committer, weighing(&two, "x", "y")),
        );
        // In a serial order the second copies the weight that the first wrote: both weights are
        // equal.
        assert_eq!(weight(&one, "x").await, weight(&one, "y").await, "round {round}: {x:?} {y:?}");
        beside(&mut one_committer, adding(&one, "x", round, 1_000)).await.unwrap();
    }
}

/// A refusal, which no commit checks, depends on committed data: here on units that another replica
/// freed.
pub async fn a_refusal_reads_the_current_commit(engine: Engine) {
    let [(one, mut one_committer), (two, mut two_committer)] = two_replicas(&engine).await;
    beside(&mut one_committer, adding(&one, "x", 9, 9)).await.unwrap();
    beside(&mut one_committer, adding(&one, "x", 1, 9)).await.unwrap_err();
    beside(&mut two_committer, adding(&two, "x", -5, 9)).await.unwrap();
    assert_eq!(beside(&mut one_committer, adding(&one, "x", 1, 9)).await.unwrap(), 5);
}

/// A decision reads two documents of equal weight in one snapshot, however they are loaded.
pub async fn a_decision_reads_a_snapshot(engine: Engine) {
    let [(one, mut one_committer), (two, mut two_committer)] = two_replicas(&engine).await;
    let both_heavier = async |store: &Store| {
        let adding = store.transact(|tx| {
            add(tx, "x", 1, 1_000)?;
            add(tx, "y", 1, 1_000)
        });
        adding.await.unwrap()
    };
    let weighing_both = async |store: &Store| {
        let weighing = store.transact(|tx| {
            // One after the other, so that they are loaded separately.
            let x = tx.get::<Crate>("x")?.map_or(0, |known| known.weight);
            let y = tx.get::<Crate>("y")?.map_or(0, |known| known.weight);
            Ok::<_, Stop<TooHeavy>>((x, y))
        });
        weighing.await.unwrap()
    };
    let weighed = async {
        for _ in 0..50 {
            let (x, y) = weighing_both(&two).await;
            assert_eq!(x, y);
        }
    };
    let adding = async {
        for _ in 0..50 {
            both_heavier(&one).await;
        }
    };
    futures::join!(beside(&mut one_committer, adding), beside(&mut two_committer, weighed));
}

/// Concurrent additions of two replicas: no acknowledged one is lost.
pub async fn concurrent_replicas_lose_no_update(engine: Engine) {
    let [(one, mut one_committer), (two, mut two_committer)] = two_replicas(&engine).await;
    let many = async |store: &Store| {
        let mut added = 0;
        for _ in 0..50 {
            added += i64::from(adding(store, "x", 1, 1_000).await.is_ok());
        }
        added
    };
    let (a, b) = futures::join!(
        beside(&mut one_committer, many(&one)),
        beside(&mut two_committer, many(&two)),
    );
    assert_eq!(weight(&one, "x").await, Some(a + b));
    assert!(a + b > 50, "{a} and {b} of 50 each");
}
