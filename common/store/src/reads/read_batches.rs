//! Batched reads: concurrent requests for documents are loaded together, as a group commit does for
//! writes.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OnceCell, Semaphore};

use crate::collection::Collection;
use crate::engines::batch::StoredDocument;
use crate::engines::engine::Backend;
use crate::error::Unavailable;

/// Concurrent loads of one collection: two, so that one that waits for a disk does not delay all.
const CONCURRENT_LOADS_MAX: usize = 2;

/// Documents in one load: one response of a server, some 500 KiB of typical documents.
const IDS_MAX: usize = 512;

/// The readers of one store. While loads are in progress, requests join the next batch, which loads
/// them together; so even many concurrent reads do not queue for connections ahead of the commits.
pub(crate) struct ReadBatches {
    engine: Backend,
    collections: Mutex<HashMap<&'static str, CollectionReads>>,
}

/// The readers of one collection.
struct CollectionReads {
    permits: Arc<Semaphore>,
    batch: Arc<ReadBatch>,
}

/// The readers of one load. The first one runs it; if that one is dropped, the next one does.
#[derive(Default)]
struct ReadBatch {
    ids: Mutex<BTreeSet<String>>,
    found: OnceCell<Result<HashMap<String, StoredDocument>, Unavailable>>,
}

impl ReadBatches {
    pub(crate) fn new(engine: Backend) -> Self {
        Self { engine, collections: Mutex::default() }
    }

    /// The document with this id, read after the call began.
    pub(crate) async fn load(
        &self,
        collection: &'static Collection,
        id: &str,
    ) -> Result<Option<StoredDocument>, Unavailable> {
        let (permits, batch) = self.join(collection.name, id);
        let found = batch.found.get_or_init(async || {
            // The semaphore is never closed; without a permit there would only be one more
            // concurrent load.
            let _permit = permits.acquire().await;
            let ids = self.close(collection.name, &batch);
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let found = self.engine.load(None, collection, &ids).await?;
            Ok(found.into_iter().map(|document| (document.id.clone(), document)).collect())
        });
        found.await.as_ref().map(|found| found.get(id).cloned()).map_err(Clone::clone)
    }

    /// Joins the current batch.
    fn join(&self, collection: &'static str, id: &str) -> (Arc<Semaphore>, Arc<ReadBatch>) {
        let mut collections = self.collections.lock();
        let reads = collections.entry(collection).or_insert_with(CollectionReads::new);
        if reads.batch.ids.lock().len() >= IDS_MAX {
            reads.batch = Arc::default();
        }
        let batch = Arc::clone(&reads.batch);
        batch.ids.lock().insert(id.to_owned());
        (Arc::clone(&reads.permits), batch)
    }

    /// Later requests join the next batch; returns the ids of this one.
    fn close(&self, collection: &'static str, closing: &Arc<ReadBatch>) -> BTreeSet<String> {
        if let Some(reads) = self.collections.lock().get_mut(collection)
            && Arc::ptr_eq(&reads.batch, closing)
        {
            reads.batch = Arc::default();
        }
        closing.ids.lock().clone()
    }
}

impl CollectionReads {
    fn new() -> Self {
        Self { permits: Arc::new(Semaphore::new(CONCURRENT_LOADS_MAX)), batch: Arc::default() }
    }
}

#[cfg(test)]
mod tests {
    use contract::{Id, Timestamp};
    use futures::future::join_all;
    use futures::poll;

    use super::*;
    use crate::engines::batch::{Batch, Marker, Record, View, Write};
    use crate::engines::engine::Engine;
    use crate::engines::memory::{Fault, MemoryEngine, Operation};

    static CRATES: Collection = Collection::named("crates");

    /// Readers of an engine with the crates 0 to 9.
    async fn readers() -> (ReadBatches, MemoryEngine) {
        let memory = MemoryEngine::shared();
        let now = Timestamp::from_unix_ms(1_000);
        let (clock, _) = sources::Clock::manual(now);
        let outage = crate::engines::outage::Outage::of("a store", clock);
        let engine = Backend { engine: Engine::Memory(memory.clone()), outage };
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
        (ReadBatches::new(engine), memory)
    }

    #[tokio::test]
    async fn each_reader_receives_the_requested_document() {
        let (reads, _) = readers().await;
        let ids: Vec<String> = (0..12).map(|number| number.to_string()).collect();
        let found = join_all(ids.iter().map(|id| reads.load(&CRATES, id))).await;
        for (id, found) in ids.iter().zip(found) {
            let found = found.ok().flatten().map(|document| document.id);
            assert_eq!(found.as_ref(), (id.len() == 1).then_some(id));
        }
    }

    #[tokio::test]
    async fn requests_during_a_load_share_the_next_load_and_its_failure() {
        let (reads, memory) = readers().await;
        for _ in 0..=CONCURRENT_LOADS_MAX {
            memory.faults().plan(Operation::Load, Fault::Fail);
        }
        let ids: Vec<String> = (0..10).map(|number| number.to_string()).collect();
        let found = join_all(ids.iter().map(|id| reads.load(&CRATES, id))).await;
        assert!(found.iter().all(Result::is_err), "it took more loads than there are failures");
        let found = join_all(ids.iter().map(|id| reads.load(&CRATES, id))).await;
        assert!(found.iter().all(Result::is_ok), "a failure outlived its load");
    }

    #[tokio::test]
    async fn a_dropped_reader_does_not_block_the_others() {
        let (reads, _) = readers().await;
        let mut readers: Vec<_> =
            ["1", "2", "3", "4", "5"].map(|id| Box::pin(reads.load(&CRATES, id))).into();
        for reader in &mut readers {
            assert!(poll!(reader.as_mut()).is_pending());
        }
        // The third waits for a permit to load for the others; the first is in the middle of a
        // load.
        drop(readers.remove(2));
        drop(readers.remove(0));
        let found = tokio::time::timeout(std::time::Duration::from_secs(10), join_all(readers));
        assert!(found.await.is_ok_and(|found| found.iter().all(|one| matches!(one, Ok(Some(_))))));
    }
}
