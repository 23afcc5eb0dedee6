//! The contents of a store that is opened again.

use store::Engine;

use super::{adding, beside, open, weight};

/// A store is durable: another one on the same engine reads all of its documents.
pub async fn an_acknowledged_commit_survives_a_restart(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    beside(&mut committer, adding(&store, "x", 3, 9)).await.unwrap();
    drop((store, committer));
    let (store, mut committer) = open(&engine).await;
    assert_eq!(weight(&store, "x").await, Some(3));
    assert_eq!(beside(&mut committer, adding(&store, "x", 3, 9)).await.unwrap(), 6);
}
