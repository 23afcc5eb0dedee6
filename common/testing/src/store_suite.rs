//! What every engine of the store must do: one law a function, each given a new engine.
//!
//! [`store_suite!`](crate::store_suite!) makes a test of each.

use std::time::Duration;

use contract::inventory::{CHANGED, InventoryState};
use contract::{Id, Timestamp};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use sources::{Clock, Ids};
use store::{
    Collection, Committer, Document, Engine, Failure, Index, Key, Options, Position, Query,
    Refusal, Stop, Store, Tx,
};

/// A document of the suite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crate {
    /// `_id`
    pub id: String,
    /// What it is grouped by.
    pub shelf: Option<String>,
    /// What it is sorted by.
    pub weight: i64,
}

static BOXES: Collection = Collection {
    name: "boxes",
    indexes: &[Index { name: "by_shelf", fields: &["shelf", "weight"] }],
    searched: &["id"],
};

impl Document for Crate {
    const COLLECTION: &'static Collection = &BOXES;

    fn document_id(&self) -> String {
        self.id.clone()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "shelf" => self.shelf.clone().into(),
            "weight" => self.weight.into(),
            "id" => self.id.clone().into(),
            _ => Key::Null,
        }
    }
}

/// The suite's refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooHeavy;

impl Refusal for TooHeavy {}

impl std::fmt::Display for TooHeavy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too heavy")
    }
}

type Answer = Result<i64, Failure<TooHeavy>>;

/// A box.
pub fn a_crate(id: &str, shelf: &str, weight: i64) -> Crate {
    Crate { id: id.to_owned(), shelf: Some(shelf.to_owned()), weight }
}

/// Opens a store on an engine.
pub async fn open(engine: &Engine) -> (Store, Committer) {
    let (clock, _) = Clock::manual(Timestamp::from_unix_ms(1_000_000_000_000));
    let (collections, ids) = (vec![&BOXES], Ids::seeded(7));
    Store::open(engine.clone(), Options { source: "suite", collections, clock, ids }).await.unwrap()
}

/// Adds to the weight of a box, made if it is not there; refuses past `limit`.
fn add(tx: &mut Tx<'_>, id: &str, weight: i64, limit: i64) -> Result<i64, Stop<TooHeavy>> {
    let known = tx.get::<Crate>(id)?;
    let heavier = known.as_ref().map_or(0, |known| known.weight) + weight;
    let changed = a_crate(id, "a", heavier);
    match known {
        None => tx.insert(changed),
        Some(_) => tx.save(changed),
    }
    tx.publish(CHANGED.of(told(id, heavier)));
    if heavier > limit {
        return Err(TooHeavy.into());
    }
    Ok(heavier)
}

fn told(id: &str, weight: i64) -> InventoryState {
    let mut bytes = [0; 12];
    for (byte, letter) in bytes.iter_mut().zip(id.bytes()) {
        *byte = letter;
    }
    InventoryState {
        ticket_id: Id::from_bytes(bytes).into(),
        version: u64::try_from(weight).unwrap_or(0),
        ticket_version: 1,
        capacity: 0,
        held: 0,
        sold: 0,
        holder: None,
    }
}

async fn adding(store: &Store, id: &'static str, weight: i64, limit: i64) -> Answer {
    store.transact(move |tx| add(tx, id, weight, limit)).await
}

/// Runs all of `work` with a committer beside it.
pub async fn beside<F: Future>(committer: &mut Committer, work: F) -> F::Output {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            biased;
            output = &mut work => return output,
            _ = committer.run_once() => {}
        }
    }
}

async fn weight(store: &Store, id: &str) -> Option<i64> {
    store.find::<Crate>(id).await.unwrap().map(|found| found.weight)
}

/// Decisions that came together are one batch, each seeing what the ones before it wrote, and their messages leave with it.
pub async fn decisions_of_a_batch_see_each_other_in_order(engine: Engine) {
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

/// What a refused decision wrote and published is seen by nobody.
pub async fn a_refused_decision_leaves_no_trace(engine: Engine) {
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

/// A batch is all or nothing: one bad write in a decision keeps all of that decision out.
pub async fn a_misuse_is_answered_and_writes_nothing(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let misuse = store.transact(|tx| {
        tx.insert(a_crate("fine", "a", 1));
        tx.save(a_crate("never-read", "a", 1));
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
    assert!(matches!(answers.1, Ok(1)), "others of the batch are not harmed");
    assert_eq!(weight(&store, "fine").await, None);
}

/// What was rolled back to a savepoint is not written; what came before it is.
pub async fn a_savepoint_forgets_what_came_after_it(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let work = store.transact(|tx| {
        tx.insert(a_crate("kept", "a", 1));
        let savepoint = tx.savepoint();
        tx.insert(a_crate("dropped", "a", 1));
        tx.publish(CHANGED.of(told("dropped", 1)));
        tx.roll_back_to(savepoint);
        Ok::<_, Stop<TooHeavy>>(())
    });
    beside(&mut committer, work).await.unwrap();
    assert_eq!(weight(&store, "kept").await, Some(1));
    assert_eq!(weight(&store, "dropped").await, None);
    assert!(store.outbox().read(10).await.unwrap().is_empty());
}

/// A decision may find out step by step what it has to read.
pub async fn a_decision_may_follow_documents_one_by_one(engine: Engine) {
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

/// Messages leave in the order of commits, and stay until they are removed.
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
    // A store that is opened anew finds them too.
    let (again, _committer) = open(&engine).await;
    assert_eq!(again.outbox().read(10).await.unwrap(), rest);
}

/// Many messages of one type are split into envelopes that keep their bounds.
pub async fn envelopes_keep_their_bounds(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let work = store.transact(|tx| {
        for at in 0..1_100 {
            tx.publish(CHANGED.of(told(&at.to_string(), 1)));
        }
        Ok::<_, Stop<TooHeavy>>(())
    });
    beside(&mut committer, work).await.unwrap();
    let entries = store.outbox().read(10).await.unwrap();
    let counts: Vec<usize> =
        entries.iter().map(|entry| contract::envelope::open(&entry.body).unwrap().len()).collect();
    assert_eq!(counts, [512, 512, 76]);
}

/// Closing finishes what waits and takes nothing more.
pub async fn closing_finishes_what_waits(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let mut waiting = Box::pin(adding(&store, "x", 1, 9));
    assert!(futures::poll!(&mut waiting).is_pending());
    store.close();
    while committer.run_once().await.is_some() {}
    assert_eq!(waiting.await.unwrap(), 1);
    assert!(matches!(adding(&store, "x", 1, 9).await, Err(Failure::Unavailable(_))));
    assert_eq!(weight(&store, "x").await, Some(1));
}

/// More decisions than may wait are refused at once, and those that wait are made.
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

/// A caller that went away before its turn changes nothing.
pub async fn an_abandoned_decision_is_not_made(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let mut waiting = Box::pin(adding(&store, "x", 1, 9));
    assert!(futures::poll!(&mut waiting).is_pending());
    drop(waiting);
    assert_eq!(beside(&mut committer, adding(&store, "x", 5, 9)).await.unwrap(), 5);
}

/// Queries: equality, bounds, both directions, and pages that walk everything exactly once, equal sort keys too.
pub async fn queries_walk_an_index_exactly_once(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let work = store.transact(|tx| {
        for at in 0..30_i64 {
            let shelf = if at % 2 == 0 { "even" } else { "odd" };
            tx.insert(a_crate(&format!("box-{at:02}"), shelf, at / 6));
        }
        tx.insert(Crate { id: "unshelved".to_owned(), shelf: None, weight: 1 });
        Ok::<_, Stop<TooHeavy>>(())
    });
    beside(&mut committer, work).await.unwrap();
    for descending in [false, true] {
        let mut seen: Vec<Crate> = Vec::new();
        loop {
            let after =
                seen.last().map(|last| Position { key: last.weight.into(), id: last.id.clone() });
            let query = Query::on("by_shelf").equals("even").after(after).limit(4);
            let query = if descending { query.descending() } else { query.ascending() };
            let page: Vec<Crate> = store.query(query).await.unwrap();
            assert!(page.len() <= 4);
            if page.is_empty() {
                break;
            }
            seen.extend(page);
        }
        let order: Vec<(i64, String)> = seen.iter().map(|b| (b.weight, b.id.clone())).collect();
        let mut sorted = order.clone();
        sorted.sort();
        if descending {
            sorted.reverse();
        }
        assert_eq!(order, sorted);
        assert_eq!(seen.len(), 15);
    }
    let all: Vec<Crate> = store.query(Query::on("by_shelf")).await.unwrap();
    assert_eq!(all.len(), 30, "without a first field it is not in the index");
    let some = Query::on("by_shelf").equals("odd").from(1_i64).to(2_i64);
    let some: Vec<Crate> = store.query(some).await.unwrap();
    assert!(some.iter().all(|b| (1..=2).contains(&b.weight)));
    assert_eq!(some.len(), 6);
    let found = Query::on("by_shelf").equals("odd").containing("id", "x-1");
    let found: Vec<Crate> = store.query(found).await.unwrap();
    assert_eq!(found.len(), 5);
    assert!(store.query::<Crate>(Query::on("by_nothing")).await.is_err());
    let none = Query::on("by_shelf").equals("odd").containing("id", "%");
    assert!(store.query::<Crate>(none).await.unwrap().is_empty(), "letter by letter, no pattern");
}

/// A changed document is found by its new keys only, a deleted one not at all.
pub async fn an_index_follows_its_documents(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let on = |shelf: &str| Query::on("by_shelf").equals(shelf.to_owned());
    let work = store.transact(|tx| {
        tx.insert(a_crate("x", "a", 1));
        tx.insert(a_crate("y", "a", 2));
        Ok::<_, Stop<TooHeavy>>(())
    });
    beside(&mut committer, work).await.unwrap();
    let work = store.transact(|tx| {
        let found = tx.get_all::<Crate>(&["x", "y", "z"])?;
        assert!(found.iter().map(Option::is_some).eq([true, true, false]));
        tx.save(a_crate("x", "b", 1));
        tx.delete::<Crate>("y");
        Ok::<_, Stop<TooHeavy>>(())
    });
    beside(&mut committer, work).await.unwrap();
    assert!(store.query::<Crate>(on("a")).await.unwrap().is_empty());
    assert_eq!(store.query::<Crate>(on("b")).await.unwrap().len(), 1);
    assert_eq!(weight(&store, "y").await, None);
    let ids = ["z", "x", "y"].map(str::to_owned);
    assert_eq!(store.find_all::<Crate>(&ids).await.unwrap().len(), 1);
}

/// A store is kept: another one on the same engine finds everything.
pub async fn what_was_answered_is_found_after_a_restart(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    beside(&mut committer, adding(&store, "x", 3, 9)).await.unwrap();
    drop((store, committer));
    let (store, mut committer) = open(&engine).await;
    assert_eq!(weight(&store, "x").await, Some(3));
    assert_eq!(beside(&mut committer, adding(&store, "x", 3, 9)).await.unwrap(), 6);
}

/// The bound within which a test that hangs is failed.
pub const TEST_TIME_MAX: Duration = Duration::from_mins(1);

/// Makes a test of each law, on engines that `$engine` makes.
#[macro_export]
macro_rules! store_suite {
    ($engine:expr) => {
        $crate::store_suite!(@laws $engine;
            decisions_of_a_batch_see_each_other_in_order,
            a_refused_decision_leaves_no_trace,
            a_lost_race_is_decided_again,
            a_misuse_is_answered_and_writes_nothing,
            a_savepoint_forgets_what_came_after_it,
            a_decision_may_follow_documents_one_by_one,
            the_outbox_keeps_the_order_of_commits,
            envelopes_keep_their_bounds,
            closing_finishes_what_waits,
            a_full_queue_is_busy,
            an_abandoned_decision_is_not_made,
            queries_walk_an_index_exactly_once,
            an_index_follows_its_documents,
            what_was_answered_is_found_after_a_restart,
        );
    };
    (@laws $engine:expr; $($law:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $law() {
            let (engine, _kept) = $engine;
            let law = $crate::store_suite::$law(engine);
            tokio::time::timeout($crate::store_suite::TEST_TIME_MAX, law).await.unwrap();
        }
    )+};
}
