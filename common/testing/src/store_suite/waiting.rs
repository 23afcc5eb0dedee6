//! Waiting decisions: their number, and the cases of a closed store and a cancelled caller.

use futures::future::join_all;
use store::{Engine, Failure};

use super::{adding, beside, open, weight};

/// Closing completes the waiting decisions and rejects new ones.
pub async fn closing_completes_waiting_decisions(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let mut waiting = Box::pin(adding(&store, "x", 1, 9));
    assert!(futures::poll!(&mut waiting).is_pending());
    store.close();
    while committer.run_once().await.is_some() {}
    assert_eq!(waiting.await.unwrap(), 1);
    assert!(matches!(adding(&store, "x", 1, 9).await, Err(Failure::Unavailable(_))));
    assert_eq!(weight(&store, "x").await, Some(1));
}

/// Decisions beyond the bound of the queue are rejected at once; the queued ones are made.
pub async fn a_full_queue_is_busy(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let most = store::store::QUEUE_DECISIONS_MAX;
    let mut waiting: Vec<_> =
        (0..=most).map(|_| Box::pin(adding(&store, "x", 1, i64::MAX))).collect();
    for one in waiting.iter_mut().take(most) {
        assert!(futures::poll!(one).is_pending());
    }
    let last = waiting.pop().unwrap();
    assert!(matches!(last.await, Err(Failure::Busy)));
    let answers = beside(&mut committer, join_all(waiting)).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(weight(&store, "x").await, i64::try_from(most).ok());
}

/// A decision that was cancelled in the queue changes nothing.
pub async fn an_abandoned_decision_is_not_executed(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let mut waiting = Box::pin(adding(&store, "x", 1, 9));
    assert!(futures::poll!(&mut waiting).is_pending());
    drop(waiting);
    assert_eq!(beside(&mut committer, adding(&store, "x", 5, 9)).await.unwrap(), 5);
}
