//! The contract of every store engine: one property per function, each with a new engine.
//!
//! [`store_suite!`](crate::store_suite!) makes a test of each.

pub mod decisions;
pub mod outbox;
pub mod queries;
pub mod replicas;
pub mod waiting;

use contract::inventory::{CHANGED, InventoryState};
use contract::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use sources::{Clock, Ids};
use store::{
    Collection, Committer, Engine, Failure, Faults, Index, MemoryEngine, Options, Refusal, Stop,
    Store, Tx,
};

/// A test document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crate {
    /// `_id`
    pub id: String,
    /// First field of the index.
    pub shelf: Option<String>,
    /// Sort key of the index.
    pub weight: i64,
}

static BOXES: Collection = Collection {
    name: "boxes",
    indexes: &[Index { name: "by_shelf", fields: &["shelf", "weight"] }],
    searched: &["id"],
    is_cached: true,
};

store::document!(Crate, BOXES, |stored| stored.id,
    "shelf" => stored.shelf.clone(),
    "weight" => stored.weight,
    "id" => stored.id.clone(),
);

/// The suite's refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, derive_more::Display)]
#[display("too heavy")]
pub struct TooHeavy;

impl Refusal for TooHeavy {}

/// The response to a decision.
pub type Answer = Result<i64, Failure<TooHeavy>>;

/// A test document on a shelf.
pub fn a_crate(id: &str, shelf: &str, weight: i64) -> Crate {
    Crate { id: id.to_owned(), shelf: Some(shelf.to_owned()), weight }
}

/// Opens a store on an engine.
pub async fn open(engine: &Engine) -> (Store, Committer) {
    open_at(engine, 0).await
}

/// Opens a store on an engine, with a clock that is ahead by this number of milliseconds.
pub async fn open_at(engine: &Engine, later_ms: i64) -> (Store, Committer) {
    let (clock, _) = Clock::manual(Timestamp::from_unix_ms(1_000_000_000_000 + later_ms));
    let (collections, ids) = (vec![&BOXES], Ids::seeded(7));
    Store::open(engine.clone(), Options { source: "suite", collections, clock, ids }).await.unwrap()
}

fn add(tx: &mut Tx<'_>, id: &str, weight: i64, limit: i64) -> Result<i64, Stop<TooHeavy>> {
    let known = tx.get::<Crate>(id)?;
    let heavier = known.as_ref().map_or(0, |known| known.weight) + weight;
    let changed = a_crate(id, "a", heavier);
    match known {
        None => tx.insert(changed),
        Some(_) => tx.save(changed),
    }
    tx.publish(CHANGED.of(inventory_state(id, heavier)));
    if heavier > limit {
        return Err(TooHeavy.into());
    }
    Ok(heavier)
}

/// A message about a document.
pub fn inventory_state(id: &str, weight: i64) -> InventoryState {
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
        revision: None,
        suspended: false,
    }
}

/// Opens a store in memory, with the faults of its engine.
pub async fn in_memory(memory: MemoryEngine) -> (Store, Committer, Faults) {
    let faults = memory.faults();
    let (store, committer) = open(&Engine::Memory(memory)).await;
    (store, committer, faults)
}

/// Adds to the weight of a document, inserted if it does not exist, and publishes a message.
///
/// # Errors
/// [`TooHeavy`] for a weight above `limit`; others as [`Store::transact`].
pub async fn adding(store: &Store, id: &'static str, weight: i64, limit: i64) -> Answer {
    store.transact(move |tx| add(tx, id, weight, limit)).await
}

/// Runs `work` to its end, with a committer that runs concurrently.
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

/// The weight of a document; `None` if it does not exist.
pub async fn weight(store: &Store, id: &str) -> Option<i64> {
    store.find::<Crate>(id).await.unwrap().map(|found| found.weight)
}

/// Makes a test of each property, on engines that `$engine` makes.
#[macro_export]
macro_rules! store_suite {
    // Engines that allow concurrent writes of several processes.
    (shared: $engine:expr) => {
        $crate::store_suite!($engine);
        $crate::laws!(store_suite, $engine; replicas:
            a_refusal_reads_the_current_commit,
            a_decision_reads_a_snapshot,
            crossing_decisions_of_replicas_are_serialised,
            concurrent_replicas_lose_no_update,
        );
    };
    ($engine:expr) => {
        $crate::laws!(store_suite, $engine; decisions:
            decisions_of_a_batch_read_the_earlier_ones,
            a_refused_decision_writes_nothing,
            a_misuse_is_an_error_and_writes_nothing,
            a_put_inserts_or_replaces_a_document,
            a_rollback_to_a_savepoint_discards_later_changes,
            a_decision_may_follow_references_between_documents,
            an_acknowledged_commit_survives_a_restart,
        );
        $crate::laws!(store_suite, $engine; replicas:
            a_conflicting_decision_is_repeated,
            an_insertion_of_an_existing_document_fails_alone,
            a_decision_conflicts_with_changes_of_its_reads,
        );
        $crate::laws!(store_suite, $engine; waiting:
            closing_completes_waiting_decisions,
            a_full_queue_is_busy,
            an_abandoned_decision_is_not_executed,
        );
        $crate::laws!(store_suite, $engine; outbox:
            the_outbox_keeps_the_order_of_commits,
            envelopes_keep_their_bounds,
        );
        $crate::laws!(store_suite, $engine; queries:
            a_query_returns_each_document_of_an_index_once,
            an_index_follows_its_documents,
            a_scan_returns_each_document_once,
            reads_return_the_current_documents,
            later_reads_return_an_acknowledged_commit,
        );
    };
}
