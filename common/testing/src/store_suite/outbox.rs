//! Messages: published with their commit, in order, within bounds.

use contract::inventory::CHANGED;
use store::{Engine, Stop};

use super::{TooHeavy, adding, beside, inventory_state, open};

/// Messages are read in the order of commits, and stay until they are removed.
pub async fn the_outbox_keeps_the_order_of_commits(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    for at in 1..=5 {
        beside(&mut committer, adding(&store, "x", 1, 100)).await.unwrap();
        assert_eq!(store.outbox().read(10).await.unwrap().len(), at);
    }
    let outbox = store.outbox();
    let entries = outbox.read(3).await.unwrap();
    assert!(entries.is_sorted_by_key(|entry| entry.sequence));
    assert!(entries.iter().all(|entry| entry.subject == "market.inventory.changed"));
    beside(&mut committer, outbox.remove(&entries)).await.unwrap();
    let rest = outbox.read(10).await.unwrap();
    assert_eq!(rest.len(), 2);
    assert!(rest.first().unwrap().sequence > entries.last().unwrap().sequence);
    // A newly opened store reads them too.
    let (again, _committer) = open(&engine).await;
    assert_eq!(again.outbox().read(10).await.unwrap(), rest);
}

/// Many messages of one type are split into envelopes within their bounds.
pub async fn envelopes_keep_their_bounds(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let work = store.transact(|tx| {
        for at in 0..1_100 {
            tx.publish(CHANGED.of(inventory_state(&at.to_string(), 1)));
        }
        Ok::<_, Stop<TooHeavy>>(())
    });
    beside(&mut committer, work).await.unwrap();
    let entries = store.outbox().read(10).await.unwrap();
    let counts: Vec<usize> =
        entries.iter().map(|entry| contract::envelope::open(&entry.body).unwrap().len()).collect();
    assert_eq!(counts, [512, 512, 76]);
}
