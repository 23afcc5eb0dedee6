//! Contended documents: locked by a dead process, or changed by a faster replica.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use contract::inventory::CHANGED;
use futures::future::{join, join_all};
use mongodb::bson::doc;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use store::{Committer, Failure, Faults, MemoryEngine, Stop, Store};
use testing::store_suite::{
    Crate, TooHeavy, a_crate, beside, in_memory, inventory_state, open, weight,
};

/// Boxes of a test.
const COUNT: usize = 64;

/// Real time within which a batch must have ended on a server, however it is split.
const BATCH_TIME_MAX: Duration = Duration::from_secs(30);

async fn start() -> (Store, Committer, Faults) {
    in_memory(MemoryEngine::shared()).await
}

fn boxes() -> Vec<String> {
    (0..COUNT).map(|nth| format!("box{nth:02}")).collect()
}

/// Adds one to each of some boxes and publishes it.
async fn add(store: &Store, ids: &[&str]) -> Result<(), Failure<TooHeavy>> {
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    let adding = store.transact(move |tx| {
        for (id, known) in ids.iter().zip(tx.get_all::<Crate>(&ids)?) {
            match known {
                None => tx.insert(a_crate(id, "a", 1)),
                Some(known) => tx.save(a_crate(id, "a", known.weight + 1)),
            }
        }
        tx.publish(CHANGED.of(inventory_state(&ids.concat(), 1)));
        Ok::<_, Stop<TooHeavy>>(())
    });
    adding.await
}

/// Adds one to every box, concurrently.
async fn add_to_each(store: &Store, ids: &[String]) -> Vec<Result<(), Failure<TooHeavy>>> {
    let one_each: Vec<[&str; 1]> = ids.iter().map(|id| [id.as_str()]).collect();
    join_all(one_each.iter().map(|ids| add(store, ids))).await
}

#[tokio::test]
async fn only_decisions_on_locked_documents_are_refused_as_busy() {
    let (store, mut committer, faults) = start().await;
    let ids = boxes();
    beside(&mut committer, add_to_each(&store, &ids)).await;
    let entries = store.outbox().read(100).await.unwrap();
    faults.lock_document("box17");
    // In one batch: each box, one that joins a free and the locked one, and a removal.
    let outbox = store.outbox();
    let tied = add(&store, &["box40", "box17"]);
    let all = join(join(add_to_each(&store, &ids), tied), outbox.remove(&entries));
    let ((each, tied), removed) = beside(&mut committer, all).await;
    removed.unwrap();
    assert!(matches!(tied, Err(Failure::Busy)));
    for (id, answer) in ids.iter().zip(each) {
        // Box 40 is in the same conflict group as the locked box.
        let is_tied = ["box17", "box40"].contains(&id.as_str());
        assert_eq!(matches!(answer, Err(Failure::Busy)), is_tied, "{id}: {answer:?}");
        assert_eq!(weight(&store, id).await, Some(if is_tied { 1 } else { 2 }), "{id}");
    }
    let left = store.outbox().read(100).await.unwrap();
    assert!(!left.is_empty() && left.iter().all(|entry| !entries.contains(entry)));
    faults.unlock_document("box17");
    beside(&mut committer, add(&store, &["box40", "box17"])).await.unwrap();
    assert_eq!(weight(&store, "box17").await, Some(2));
}

#[tokio::test]
async fn known_contention_costs_later_batches_few_conflicts() {
    let (store, mut committer, faults) = start().await;
    let ids = boxes();
    faults.lock_document("box17");
    beside(&mut committer, add_to_each(&store, &ids)).await;
    let at_first = faults.conflicts();
    assert!(at_first > 16, "it was detected: {at_first}");
    for _ in 0..3 {
        let before = faults.conflicts();
        let answers = beside(&mut committer, add_to_each(&store, &ids)).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_err()).count(), 1);
        assert_eq!(faults.conflicts() - before, 4, "decisions on it are committed separately");
    }
    // After the lock ends, the next decision succeeds and ends the contention.
    faults.unlock_document("box17");
    let answers = beside(&mut committer, add_to_each(&store, &ids)).await;
    assert!(answers.iter().all(Result::is_ok));
    faults.lock_document("box17");
    let before = faults.conflicts();
    beside(&mut committer, add_to_each(&store, &ids)).await;
    assert!(faults.conflicts() - before > 16, "it is detected again");
}

/// Under any locks and shared documents: a decision fails exactly if its conflict group touches a
/// locked document, and every reply is true.
#[tokio::test]
async fn every_reply_is_true_under_random_locks() {
    for seed in 0..60 {
        let mut random = SmallRng::seed_from_u64(seed);
        let (store, mut committer, faults) = start().await;
        let ids = boxes();
        let held: HashSet<&str> = (0..random.random_range(1..4))
            .map(|_| ids.choose(&mut random).unwrap().as_str())
            .collect();
        for id in &held {
            faults.lock_document(id);
        }
        let mut weights: HashMap<&str, i64> = HashMap::new();
        for round in 0..3 {
            let requested: Vec<Vec<&str>> = (0..random.random_range(1..60))
                .map(|_| {
                    let count = if random.random_bool(0.2) { 2 } else { 1 };
                    ids.choose_multiple(&mut random, count).map(String::as_str).collect()
                })
                .collect();
            let adding = join_all(requested.iter().map(|ids| add(&store, ids)));
            let answers = beside(&mut committer, adding).await;
            let reached = reached(&held, &requested);
            for (ids_of_one, answer) in requested.iter().zip(&answers) {
                let touches = ids_of_one.iter().any(|id| held.contains(id));
                let is_tied = ids_of_one.iter().any(|id| reached.contains(id));
                let is_busy = matches!(answer, Err(Failure::Busy));
                assert!(is_busy || !touches, "seed {seed} round {round}: {ids_of_one:?} touches");
                assert!(
                    !is_busy || is_tied,
                    "seed {seed} round {round}: {ids_of_one:?} shares nothing"
                );
                for id in ids_of_one.iter().filter(|_| answer.is_ok()) {
                    *weights.entry(id).or_default() += 1;
                }
            }
        }
        for id in &ids {
            let expected = weights.get(id.as_str()).copied();
            assert_eq!(weight(&store, id).await, expected, "seed {seed}: {id}");
        }
    }
}

/// All documents in the conflict groups of locked ones.
fn reached<'i>(held: &HashSet<&'i str>, requested: &[Vec<&'i str>]) -> HashSet<&'i str> {
    let mut reached = held.clone();
    loop {
        let before = reached.len();
        for ids in requested {
            if ids.iter().any(|id| reached.contains(id)) {
                reached.extend(ids);
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

#[tokio::test]
async fn an_open_transaction_of_a_dead_process_locks_only_its_document() {
    let server = testing::engines::mongo::shared().await;
    let engine = server.engine("suite");
    let (store, mut committer) = open(&engine).await;
    let ids: Vec<String> = boxes().into_iter().take(8).collect();
    let answers = beside(&mut committer, add_to_each(&store, &ids)).await;
    assert!(answers.iter().all(Result::is_ok));
    let boxes = server.database("suite").collection::<mongodb::bson::Document>("boxes");
    let mut session = boxes.client().start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let held = boxes.update_one(doc! { "_id": "box03" }, doc! { "$set": { "version": 9_i64 } });
    assert_eq!(held.session(&mut session).await.unwrap().matched_count, 1);
    let adding = beside(&mut committer, add_to_each(&store, &ids));
    let answers = tokio::time::timeout(BATCH_TIME_MAX, adding).await.unwrap();
    for (id, answer) in ids.iter().zip(answers) {
        assert_eq!(matches!(answer, Err(Failure::Busy)), id == "box03", "{id}: {answer:?}");
    }
    beside(&mut committer, store.outbox().remove(&[])).await.unwrap();
    session.abort_transaction().await.unwrap();
    beside(&mut committer, add(&store, &["box03"])).await.unwrap();
    assert_eq!(weight(&store, "box03").await, Some(2));
}
