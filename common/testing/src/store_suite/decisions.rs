//! Reads and writes of decisions, and their outcome.

use contract::inventory::CHANGED;
use futures::future::join_all;
use store::{Engine, Failure, Stop};

use super::{Crate, TooHeavy, a_crate, adding, beside, inventory_state, open, weight};

/// Concurrent decisions form one batch. Each sees the writes of the ones before it, and their
/// messages are committed with it.
pub async fn decisions_of_a_batch_read_the_earlier_ones(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let work = join_all((1..=20).map(|_| adding(&store, "x", 1, 100)));
    let (answers, count) = tokio::join!(work, committer.run_once());
    let answers: Vec<i64> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers, (1..=20).collect::<Vec<_>>());
    assert_eq!(count, Some(20), "all in one batch");
    assert_eq!(weight(&store, "x").await, Some(20));
    let outbox = store.outbox().read(10).await.unwrap();
    assert_eq!(outbox.len(), 1, "one envelope, of the last state only");
    let events = contract::envelope::open(&outbox.first().unwrap().body).unwrap();
    assert_eq!(events.len(), 1);
    assert!(events.first().unwrap().get().contains("\"version\":20"));
}

/// Writes and messages of a refused decision are not visible.
pub async fn a_refused_decision_writes_nothing(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let work = futures::future::join3(
        adding(&store, "x", 5, 10),
        adding(&store, "x", 50, 10),
        adding(&store, "x", 5, 10),
    );
    let (answers, _) = tokio::join!(work, committer.run_once());
    assert!(matches!(answers.0, Ok(5)));
    assert!(matches!(answers.1, Err(Failure::Refused(TooHeavy))));
    assert!(matches!(answers.2, Ok(10)));
    beside(&mut committer, adding(&store, "y", 99, 1)).await.unwrap_err();
    assert_eq!(weight(&store, "y").await, None);
    assert_eq!(store.outbox().read(10).await.unwrap().len(), 1);
}

/// A decision is atomic: one invalid write rejects all writes of that decision.
pub async fn a_misuse_is_an_error_and_writes_nothing(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let misuse = store.transact(|tx| {
        tx.insert(a_crate("fine", "a", 1));
        tx.save(a_crate("never-read", "a", 1));
        Ok::<_, Stop<TooHeavy>>(())
    });
    let answer = beside(&mut committer, misuse).await;
    assert!(matches!(answer, Err(Failure::Unavailable(_))));
    assert_eq!(weight(&store, "fine").await, None);
    let misuse = store.transact(|tx| {
        tx.insert(a_crate("fine", "a", 1));
        tx.put(a_crate("never-read", "a", 1));
        Ok::<_, Stop<TooHeavy>>(())
    });
    let answer = beside(&mut committer, misuse).await;
    assert!(matches!(answer, Err(Failure::Unavailable(_))));
    assert_eq!(weight(&store, "fine").await, None);
    let panics = store.transact(|tx| {
        tx.insert(a_crate("fine", "a", 1));
        assert!(tx.now().unix_ms() < 0, "a bug of this decision");
        Ok::<_, Stop<TooHeavy>>(1)
    });
    let (answers, _) = tokio::join!(
        futures::future::join(panics, adding(&store, "x", 1, 9)),
        committer.run_once()
    );
    assert!(matches!(answers.0, Err(Failure::Unavailable(_))));
    assert!(matches!(answers.1, Ok(1)), "the other decisions of the batch succeed");
    assert_eq!(weight(&store, "fine").await, None);
}

/// A put stores a document that was read before, whether it existed or not.
pub async fn a_put_inserts_or_replaces_a_document(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    for expected in [1, 2, 3] {
        let putting = store.transact(|tx| {
            let known = tx.get::<Crate>("x")?;
            let weight = known.map_or(0, |known| known.weight) + 1;
            tx.put(a_crate("x", "a", weight));
            Ok::<_, Stop<TooHeavy>>(())
        });
        beside(&mut committer, putting).await.unwrap();
        assert_eq!(weight(&store, "x").await, Some(expected));
    }
}

/// A rollback to a savepoint discards later writes and keeps earlier ones.
pub async fn a_rollback_to_a_savepoint_discards_later_changes(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let work = store.transact(|tx| {
        tx.insert(a_crate("kept", "a", 1));
        let savepoint = tx.savepoint();
        tx.insert(a_crate("dropped", "a", 1));
        tx.publish(CHANGED.of(inventory_state("dropped", 1)));
        tx.roll_back_to(savepoint);
        Ok::<_, Stop<TooHeavy>>(())
    });
    beside(&mut committer, work).await.unwrap();
    assert_eq!(weight(&store, "kept").await, Some(1));
    assert_eq!(weight(&store, "dropped").await, None);
    assert!(store.outbox().read(10).await.unwrap().is_empty());
}

/// A decision may read documents one by one, each depending on the previous.
pub async fn a_decision_may_follow_references_between_documents(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let chain = store.transact(|tx| {
        for at in 0..40 {
            let next = Crate { id: at.to_string(), shelf: Some((at + 1).to_string()), weight: at };
            tx.insert(next);
        }
        Ok::<_, Stop<TooHeavy>>(())
    });
    beside(&mut committer, chain).await.unwrap();
    let (store, mut committer) = open(&engine).await;
    let follow = store.transact(|tx| {
        let (mut at, mut steps) = ("0".to_owned(), 0);
        while let Some(found) = tx.get::<Crate>(&at)? {
            at = found.shelf.unwrap_or_default();
            steps += 1;
        }
        Ok::<_, Stop<TooHeavy>>(steps)
    });
    assert_eq!(beside(&mut committer, follow).await.unwrap(), 40);
}

/// A store is durable: another one on the same engine reads all of its documents.
pub async fn an_acknowledged_commit_survives_a_restart(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    beside(&mut committer, adding(&store, "x", 3, 9)).await.unwrap();
    drop((store, committer));
    let (store, mut committer) = open(&engine).await;
    assert_eq!(weight(&store, "x").await, Some(3));
    assert_eq!(beside(&mut committer, adding(&store, "x", 3, 9)).await.unwrap(), 6);
}
