//! Two stores on one engine, as two replicas of a service are.

use store::Engine;

use super::{adding, beside, open, weight};

/// A second store on the same engine is another replica: its writes are noticed, and the decision is made again.
pub async fn a_lost_race_is_decided_again(engine: Engine) {
    let (one, mut one_committer) = open(&engine).await;
    let (two, mut two_committer) = open(&engine).await;
    beside(&mut one_committer, adding(&one, "x", 1, 100)).await.unwrap();
    beside(&mut two_committer, adding(&two, "x", 1, 100)).await.unwrap();
    // The first committer still remembers the box as it wrote it.
    assert_eq!(beside(&mut one_committer, adding(&one, "x", 1, 100)).await.unwrap(), 3);
    assert_eq!(beside(&mut two_committer, adding(&two, "x", 1, 2)).await.ok(), None);
    assert_eq!(weight(&two, "x").await, Some(3));
    // An id that another replica took first is found to exist.
    beside(&mut one_committer, adding(&one, "new", 1, 9)).await.unwrap();
    assert_eq!(beside(&mut two_committer, adding(&two, "new", 1, 9)).await.unwrap(), 2);
}
