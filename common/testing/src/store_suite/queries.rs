//! Queries on declared indexes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use store::{Engine, Found, Position, Query, Stop};

use super::{Crate, TooHeavy, a_crate, adding, beside, open, weight};

/// Queries: equality, bounds, both directions, and pages that return every document exactly once,
/// equal sort keys included.
pub async fn a_query_returns_each_document_of_an_index_once(engine: Engine) {
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
    // A page within bounds.
    let within = Query::on("by_shelf").equals("odd").from(1_i64).to(3_i64);
    let at = Position { key: 2_i64.into(), id: "box-13".to_owned() };
    let up: Vec<Crate> = store.query(within.clone().after(at.clone())).await.unwrap();
    assert_eq!(ids(&up), ["box-15", "box-17", "box-19", "box-21", "box-23"]);
    let down: Vec<Crate> = store.query(within.after(at).descending()).await.unwrap();
    assert_eq!(ids(&down), ["box-11", "box-09", "box-07"]);
    let all: Vec<Crate> = store.query(Query::on("by_shelf")).await.unwrap();
    assert_eq!(all.len(), 30, "a document without the first field is not indexed");
    let some = Query::on("by_shelf").equals("odd").from(1_i64).to(2_i64);
    let some: Vec<Crate> = store.query(some).await.unwrap();
    assert!(some.iter().all(|b| (1..=2).contains(&b.weight)));
    assert_eq!(some.len(), 6);
    assert!(store.query::<Crate>(Query::on("by_nothing")).await.is_err());
    let odd = || Query::on("by_shelf").equals("odd");
    let all: Found<Crate> = store.search(odd(), ("id", "x-1"), 100).await.unwrap();
    assert_eq!((all.documents.len(), all.next), (5, None));
    let none: Found<Crate> = store.search(odd(), ("id", "%"), 100).await.unwrap();
    assert!(none.documents.is_empty(), "compared byte by byte, not as a pattern");
    assert!(store.search::<Crate>(Query::on("by_nothing"), ("id", "x"), 1).await.is_err());
    // A search returns the same documents in the same order for every step size and limit.
    for (examined, wanted) in [(1, 1), (2, 5), (4, 1), (4, 2), (5, 5), (15, 5), (16, 5)] {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let step = odd().after(after).limit(examined);
            let step: Found<Crate> = store.search(step, ("id", "x-1"), wanted).await.unwrap();
            assert!(step.documents.len() <= wanted);
            found.extend(step.documents);
            after = step.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, all.documents, "{examined} examined, {wanted} wanted");
    }
    // Text is compared by code point; callers fold it beforehand.
    let titles = ["caf\u{e9} m\u{fc}ller", "cafe\u{301}", "कि 각", "演奏会 🎻"];
    let work = store.transact(move |tx| {
        for title in titles {
            tx.insert(a_crate(title, "titles", 1));
        }
        Ok::<_, Stop<TooHeavy>>(())
    });
    beside(&mut committer, work).await.unwrap();
    for (part, title) in [
        ("f\u{e9} m", titles[0]),
        ("e\u{301}", titles[1]),
        ("कि", titles[2]),
        ("각", titles[2]),
        ("🎻", titles[3]),
    ] {
        let titles = Query::on("by_shelf").equals("titles");
        let found: Found<Crate> = store.search(titles, ("id", part), 100).await.unwrap();
        assert_eq!(ids(&found.documents), [title], "{part}");
    }
}

/// A scan returns every document exactly once, documents without an index entry included.
pub async fn a_scan_returns_each_document_once(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let work = store.transact(|tx| {
        for at in 0..7_i64 {
            let shelf = (at % 2 == 0).then(|| "even".to_owned());
            tx.insert(Crate { id: format!("box-{at}"), shelf, weight: -at });
        }
        Ok::<_, Stop<TooHeavy>>(())
    });
    beside(&mut committer, work).await.unwrap();
    let first: Vec<Crate> = store.scan("", 4).await.unwrap();
    assert_eq!(ids(&first), ["box-0", "box-1", "box-2", "box-3"]);
    let rest: Vec<Crate> = store.scan("box-3", 4).await.unwrap();
    assert_eq!(ids(&rest), ["box-4", "box-5", "box-6"]);
    assert!(store.scan::<Crate>("box-6", 4).await.unwrap().is_empty());
    assert!(store.scan::<Crate>("", 0).await.unwrap().is_empty());
}

fn ids(found: &[Crate]) -> Vec<&str> {
    found.iter().map(|known| known.id.as_str()).collect()
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
    assert_eq!(ids(&store.scan("", 10).await.unwrap()), ["x"]);
}

/// A read returns the last committed version: after a change, and after a document was deleted and
/// inserted again with its id.
pub async fn reads_return_the_current_documents(engine: Engine) {
    let (store, mut committer) = open(&engine).await;
    let shelf = || Query::on("by_shelf").equals("a").limit(20);
    for round in 0..3 {
        assert!(store.query::<Crate>(shelf()).await.unwrap().is_empty());
        beside(&mut committer, adding(&store, "x", round + 1, 100)).await.unwrap();
        for _ in 0..2 {
            assert_eq!(weight(&store, "x").await, Some(round + 1));
            let found: Vec<Crate> = store.query(shelf()).await.unwrap();
            assert_eq!(found, [a_crate("x", "a", round + 1)]);
        }
        beside(&mut committer, adding(&store, "x", 10, 100)).await.unwrap();
        assert_eq!(weight(&store, "x").await, Some(round + 11));
        let removing = store.transact(|tx| {
            let known = tx.get::<Crate>("x")?;
            tx.delete::<Crate>("x");
            Ok::<_, Stop<TooHeavy>>(known.is_some())
        });
        assert!(beside(&mut committer, removing).await.unwrap());
        assert_eq!(weight(&store, "x").await, None);
    }
}

/// A read that begins after a change was acknowledged returns it or a later one, also under
/// concurrent reads.
pub async fn later_reads_return_an_acknowledged_commit(engine: Engine) {
    const CHANGES: i64 = 200;
    let (store, mut committer) = open(&engine).await;
    let acknowledged = Arc::new(AtomicI64::new(0));
    let readers = (0..4).map(|number| {
        let (store, acknowledged) = (store.clone(), Arc::clone(&acknowledged));
        let reading = async move {
            let mut expected = 0;
            while expected < CHANGES {
                expected = acknowledged.load(Ordering::SeqCst);
                let seen = if number % 2 == 0 {
                    weight(&store, "x").await
                } else {
                    let shelf = Query::on("by_shelf").equals("a").limit(20);
                    let found: Vec<Crate> = store.query(shelf).await.unwrap();
                    found.first().map(|found| found.weight)
                };
                assert!(seen.unwrap_or(0) >= expected, "{seen:?} after {expected}");
            }
        };
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || runtime.block_on(reading))
    });
    let readers: Vec<_> = readers.collect();
    let writing = async {
        for _ in 0..CHANGES {
            let changed = adding(&store, "x", 1, CHANGES).await.unwrap();
            acknowledged.store(changed, Ordering::SeqCst);
        }
    };
    beside(&mut committer, writing).await;
    for reader in readers {
        reader.await.unwrap();
    }
}
