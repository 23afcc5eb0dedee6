//! Batched reads: concurrent requests are loaded together, as a group commit does for writes.

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
            // The semaphore is never closed. Without a permit there would only be one more
            // concurrent load.
            let _permit = permits.acquire().await;
            let ids = self.close(collection.name, &batch);
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let found = self.engine.load(None, collection, &ids).await?;
            Ok(found.into_iter().map(|document| (document.id.clone(), document)).collect())
        });
        found.await.as_ref().map(|found| found.get(id).cloned()).map_err(Clone::clone)
    }

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
