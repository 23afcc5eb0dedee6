//! A MongoDB-wire server that is killed, paused or unsuitable, with two replicas of a store.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use store::{Committer, Engine, Failure, MongoServer, MongoSettings, Stop, Store};
use testing::engines::mongo::{Mongo, connected};
use testing::store_suite::{Crate, TooHeavy, adding, open};
use tokio::task::JoinSet;

/// Timeout of an operation: short, so that a test meets many.
const TIMEOUT: Duration = Duration::from_millis(500);

/// The bound on a hanging test: the server ends a dead transaction after a minute.
const TEST_TIME_MAX: Duration = Duration::from_mins(2);

/// The boxes of the test.
const BOXES: [&str; 4] = ["a", "b", "c", "d"];

/// The outcome of an addition.
#[derive(PartialEq, Eq)]
enum Added {
    Yes,
    No,
    /// It may have been applied.
    Unknown,
}

/// Adds to a box.
async fn add(store: &Store, id: &'static str) -> Added {
    match adding(store, id, 1, i64::MAX).await {
        Ok(_) => Added::Yes,
        Err(Failure::Unavailable(failure)) if failure.is_outcome_unknown() => Added::Unknown,
        Err(Failure::Busy | Failure::Unavailable(_)) => Added::No,
        Err(Failure::Refused(refusal)) => panic!("{refusal}"),
    }
}

/// Runs a committer on a thread of its own, as a process does.
fn committing(committer: Committer) -> JoinHandle<()> {
    let runtime = tokio::runtime::Handle::current();
    std::thread::spawn(move || runtime.block_on(committer.run()))
}

/// Two replicas that add until they are stopped; counts the acknowledged additions.
struct Adding {
    acknowledged: Arc<AtomicI64>,
    unknown: Arc<AtomicI64>,
    stores: Vec<Store>,
    work: JoinSet<()>,
    committers: Vec<JoinHandle<()>>,
}

impl Adding {
    async fn start(engine: &Engine) -> Self {
        let mut adding = Self {
            acknowledged: Arc::default(),
            unknown: Arc::default(),
            stores: Vec::new(),
            work: JoinSet::new(),
            committers: Vec::new(),
        };
        for _ in 0..2 {
            let (store, committer): (Store, Committer) = open(engine).await;
            adding.committers.push(committing(committer));
            for id in BOXES {
                let (store, acknowledged) = (store.clone(), Arc::clone(&adding.acknowledged));
                let unknown = Arc::clone(&adding.unknown);
                adding.work.spawn(async move {
                    loop {
                        match add(&store, id).await {
                            Added::Yes => acknowledged.fetch_add(1, Ordering::Relaxed),
                            Added::Unknown => unknown.fetch_add(1, Ordering::Relaxed),
                            Added::No => 0,
                        };
                        // A refused client does not retry at once.
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                });
            }
            adding.stores.push(store);
        }
        adding
    }

    fn acknowledged(&self) -> i64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Returns after this number of further acknowledgements.
    async fn until_more(&self, more: i64) {
        let enough = self.acknowledged() + more;
        while self.acknowledged() < enough {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Lets the committers finish their queues. The boxes have every acknowledged addition, and no
    /// more than those whose outcome is unknown.
    async fn end(mut self) {
        // A cancelled task has sent at most one decision, whose outcome is unknown.
        self.work.shutdown().await;
        for store in &self.stores {
            store.close();
        }
        for committer in std::mem::take(&mut self.committers) {
            tokio::task::spawn_blocking(|| committer.join().unwrap()).await.unwrap();
        }
        let mut weight = 0;
        for id in BOXES {
            let found = self.stores.first().unwrap().find::<Crate>(id).await.unwrap();
            weight += found.map_or(0, |known| known.weight);
        }
        let cut_off = i64::try_from(2 * BOXES.len()).unwrap();
        let cut_off = cut_off + self.unknown.load(Ordering::Relaxed);
        let acknowledged = self.acknowledged();
        assert!(weight >= acknowledged, "{acknowledged} acknowledged, {weight} there");
        assert!(weight <= acknowledged + cut_off, "{acknowledged} acknowledged, {weight} there");
    }
}

async fn engine(mongo: &Mongo) -> Engine {
    let settings =
        MongoSettings { url: mongo.url(), prefix: "outage_".to_owned(), timeout: TIMEOUT, pool: 8 };
    MongoServer::connect(settings).await.unwrap().engine("suite")
}

/// Adds during outages of a server, each of which begins after some additions.
async fn add_during(outages: u32, outage: impl AsyncFn(&Mongo, &Store)) {
    let mongo = Mongo::start();
    let engine = engine(&mongo).await;
    let adding = async {
        let adding = Adding::start(&engine).await;
        for _ in 0..outages {
            adding.until_more(20).await;
            outage(&mongo, adding.stores.first().unwrap()).await;
        }
        adding.until_more(20).await;
        adding.end().await;
    };
    tokio::time::timeout(TEST_TIME_MAX, adding).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeated_kills_of_the_server_lose_and_duplicate_nothing() {
    add_during(4, async |mongo, _| {
        mongo.kill();
        mongo.run();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_for_a_hanging_server_is_bounded() {
    add_during(2, async |mongo, store| {
        mongo.pause();
        // Reads fail within the bound, and so do queued decisions. The server's threads stop one
        // after the other, which takes a moment on a busy machine.
        while store.find::<Crate>("a").await.is_ok() {}
        mongo.resume();
    })
    .await;
}

#[tokio::test]
async fn a_server_without_transactions_is_rejected_with_instructions() {
    let mongo = Mongo::start_standalone();
    let settings =
        MongoSettings { url: mongo.url(), prefix: String::new(), timeout: TIMEOUT, pool: 2 };
    let refused = MongoServer::connect(settings).await.unwrap_err();
    let line = refused.chain();
    assert!(line.contains("it is not a replica set") && line.contains("--replSet"), "{line}");
}

#[tokio::test]
async fn an_unreachable_server_is_reported_within_the_bound() {
    let [port] = testing::processes::free_ports();
    let url = format!("mongodb://somebody:secret@127.0.0.1:{port}/");
    let settings = MongoSettings { url, prefix: String::new(), timeout: TIMEOUT, pool: 2 };
    let shown = format!("{settings:?}");
    let refused = MongoServer::connect(settings).await.unwrap_err().chain();
    assert!(refused.contains("cannot connect to MongoDB at"), "{refused}");
    assert!(!refused.contains("secret") && !shown.contains("secret"), "{refused} {shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outbox_entries_of_another_replica_are_read_once_they_are_old() {
    let server = connected(testing::engines::mongo::shared_url()).await;
    let (one, committer) = open(&server.engine("suite")).await;
    let committing = committing(committer);
    one.transact(|tx| {
        tx.publish(contract::inventory::CHANGED.of(testing::store_suite::inventory_state("x", 1)));
        Ok::<_, Stop<TooHeavy>>(())
    })
    .await
    .unwrap();
    let own = one.outbox().read(10).await.unwrap();
    assert_eq!(own.len(), 1);
    let (two, _committer) = testing::store_suite::open_at(&server.engine("suite"), 0).await;
    assert!(two.outbox().read(10).await.unwrap().is_empty(), "its writer may still publish it");
    let (two, _committer) = testing::store_suite::open_at(&server.engine("suite"), 2_001).await;
    assert_eq!(two.outbox().read(10).await.unwrap(), own);
    one.close();
    tokio::task::spawn_blocking(|| committing.join().unwrap()).await.unwrap();
}
