//! Documents that are asked for at the same time, loaded together: what a group commit is to writing.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OnceCell, Semaphore};

use crate::backend::Backend;
use crate::collection::Collection;
use crate::engine::StoredDocument;
use crate::error::Unavailable;

/// Loads of one collection under way at once: a second, so that one that waits for a disk does not hold up all.
const UNDER_WAY_MAX: usize = 2;

/// Documents in one load: what a server answers in one piece, some 500 KiB of typical ones.
const IDS_MAX: usize = 512;

/// The readers of one store. While loads are under way those who come gather, and the next load is for all of them; so a crowd that looks
/// for its documents does not queue for connections, in front of the commits that it waits for.
pub(crate) struct Reads {
    engine: Backend,
    lines: Mutex<HashMap<&'static str, Line>>,
}

/// Who reads one collection.
struct Line {
    turns: Arc<Semaphore>,
    gathering: Arc<Gathering>,
}

/// Readers of one load. Whoever comes first does it, and if that one is dropped half-way, the next.
#[derive(Default)]
struct Gathering {
    ids: Mutex<BTreeSet<String>>,
    found: OnceCell<Result<HashMap<String, StoredDocument>, Unavailable>>,
}

impl Reads {
    pub(crate) fn new(engine: Backend) -> Self {
        Self { engine, lines: Mutex::default() }
    }

    /// The document with this id, read after this was called.
    pub(crate) async fn load(
        &self,
        collection: &'static Collection,
        id: &str,
    ) -> Result<Option<StoredDocument>, Unavailable> {
        let (turns, gathering) = self.join(collection.name, id);
        let found = gathering.found.get_or_init(async || {
            // Nobody closes it: without a turn it would only be one load more at once.
            let _turn = turns.acquire().await;
            let ids = self.close(collection.name, &gathering);
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let found = self.engine.load(collection, &ids).await?;
            Ok(found.into_iter().map(|document| (document.id.clone(), document)).collect())
        });
        found.await.as_ref().map(|found| found.get(id).cloned()).map_err(Clone::clone)
    }

    /// A place among those who gather.
    fn join(&self, collection: &'static str, id: &str) -> (Arc<Semaphore>, Arc<Gathering>) {
        let mut lines = self.lines.lock();
        let line = lines.entry(collection).or_insert_with(Line::new);
        if line.gathering.ids.lock().len() >= IDS_MAX {
            line.gathering = Arc::default();
        }
        let gathering = Arc::clone(&line.gathering);
        gathering.ids.lock().insert(id.to_owned());
        (Arc::clone(&line.turns), gathering)
    }

    /// Who comes from now on gathers for the next load; answers the ids of this one.
    fn close(&self, collection: &'static str, closing: &Arc<Gathering>) -> BTreeSet<String> {
        if let Some(line) = self.lines.lock().get_mut(collection)
            && Arc::ptr_eq(&line.gathering, closing)
        {
            line.gathering = Arc::default();
        }
        closing.ids.lock().clone()
    }
}

impl Line {
    fn new() -> Self {
        Self { turns: Arc::new(Semaphore::new(UNDER_WAY_MAX)), gathering: Arc::default() }
    }
}

#[cfg(test)]
mod tests {
    use contract::{Id, Timestamp};
    use futures::future::join_all;
    use futures::poll;

    use super::*;
    use crate::engine::{Batch, Engine, Marker, Record, View, Write};
    use crate::memory::{Fault, MemoryEngine, Operation};

    static CRATES: Collection = Collection { name: "crates", indexes: &[], searched: &[] };

    /// Readers of an engine that holds the crates 0 to 9.
    async fn readers() -> (Reads, MemoryEngine) {
        let memory = MemoryEngine::shared();
        let engine = Engine::Memory(memory.clone());
        let now = Timestamp::from_unix_ms(1_000);
        assert!(engine.prepare(&[&CRATES], now).await.is_ok());
        let writes = (0..10).map(|number| {
            let (id, body) = (number.to_string(), format!("{{\"number\":{number}}}"));
            let collection = &CRATES;
            Write::Insert(Record { collection, id, version: 1, keys: Vec::new(), body })
        });
        let batch = Batch {
            marker: Marker { committer: Id::from_bytes([1; 12]), sequence: 1 },
            writes: writes.collect(),
            reads: Vec::new(),
            outbox: Vec::new(),
            published: Vec::new(),
            committed_at: now,
        };
        assert!(engine.commit(&batch, View::default()).await.is_ok());
        let (clock, _) = sources::Clock::manual(now);
        let outage = crate::outage::Outage::of("a store", clock);
        (Reads::new(Backend { engine, outage }), memory)
    }

    #[tokio::test]
    async fn everybody_is_shown_the_document_that_they_asked_for() {
        let (reads, _) = readers().await;
        let ids: Vec<String> = (0..12).map(|number| number.to_string()).collect();
        let found = join_all(ids.iter().map(|id| reads.load(&CRATES, id))).await;
        for (id, found) in ids.iter().zip(found) {
            let found = found.ok().flatten().map(|document| document.id);
            assert_eq!(found.as_ref(), (id.len() == 1).then_some(id));
        }
    }

    #[tokio::test]
    async fn those_who_come_while_loads_are_under_way_share_one_and_its_failure() {
        let (reads, memory) = readers().await;
        for _ in 0..=UNDER_WAY_MAX {
            memory.faults().plan(Operation::Load, Fault::Fail);
        }
        let ids: Vec<String> = (0..10).map(|number| number.to_string()).collect();
        let found = join_all(ids.iter().map(|id| reads.load(&CRATES, id))).await;
        assert!(found.iter().all(Result::is_err), "it took more loads than there are failures");
        let found = join_all(ids.iter().map(|id| reads.load(&CRATES, id))).await;
        assert!(found.iter().all(Result::is_ok), "a failure outlived its load");
    }

    #[tokio::test]
    async fn one_who_leaves_half_way_leaves_nobody_waiting() {
        let (reads, _) = readers().await;
        let mut readers: Vec<_> =
            ["1", "2", "3", "4", "5"].map(|id| Box::pin(reads.load(&CRATES, id))).into();
        for reader in &mut readers {
            assert!(poll!(reader.as_mut()).is_pending());
        }
        // The third waits for its turn to load for the others; the first is in the middle of a load.
        drop(readers.remove(2));
        drop(readers.remove(0));
        let found = tokio::time::timeout(std::time::Duration::from_secs(10), join_all(readers));
        assert!(found.await.is_ok_and(|found| found.iter().all(|one| matches!(one, Ok(Some(_))))));
    }
}
