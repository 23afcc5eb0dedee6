//! The handle of a service to its store: decide, find, query; and the outbox.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::try_join_all;
use sources::{Clock, Span, SpanKind, current_trace};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::commits::batch_state::{Reads, Slot};
use crate::commits::committer::{Committer, Item, OutboxRemoval};
use crate::commits::decision::Pending;
use crate::commits::tx::Tx;
use crate::document::{self, AnyDocument, Document};
use crate::engines::batch::{OutboxEntry, StoredDocument};
use crate::engines::engine::{Backend, Engine};
use crate::engines::outage::Outage;
use crate::error::{Failure, Refusal, Stop, Unavailable};
use crate::options::Options;
use crate::reads::cache::Cache;
use crate::reads::query::{Found, QUERY_LIMIT_MAX, Query, matching};
use crate::reads::read_batches::ReadBatches;

/// Maximum queued decisions: more than 5,000 concurrent clients send at once, and at 10,000 a
/// second the last one waits 0.6 s; beyond that a refusal is better than a wait.
pub const QUEUE_DECISIONS_MAX: usize = 6_144;

/// A service's own documents. Clones share the store.
#[derive(Clone)]
pub struct Store {
    source: &'static str,
    engine: Backend,
    queue: mpsc::Sender<Item>,
    changed: Arc<Notify>,
    closing: Arc<Notify>,
    clock: Clock,
    cache: Arc<Cache>,
    /// For shared engines only, where nothing is cached and every read loads.
    reads: Option<Arc<ReadBatches>>,
}

impl Store {
    /// Opens the store and creates its collections and indexes. Decisions wait until the committer
    /// runs.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine cannot be opened.
    pub async fn open(engine: Engine, options: Options) -> Result<(Self, Committer), Unavailable> {
        let outage = Outage::of(format!("{} store", options.source), options.clock.clone());
        let is_shared = engine.is_shared();
        let engine = Backend { engine, outage };
        engine.prepare(&options.collections, options.clock.now()).await?;
        let outbox_length = engine.count_outbox().await?;
        let (queue, items) = mpsc::channel(QUEUE_DECISIONS_MAX);
        let changed = Arc::new(Notify::new());
        let closing = Arc::new(Notify::new());
        // Entries that an earlier process left in the outbox must be published too.
        changed.notify_one();
        let cache = Arc::new(Cache::new(!is_shared));
        let reads = is_shared.then(|| Arc::new(ReadBatches::new(engine.clone())));
        let store = Self {
            source: options.source,
            reads,
            engine: engine.clone(),
            queue,
            changed: Arc::clone(&changed),
            closing: Arc::clone(&closing),
            clock: options.clock.clone(),
            cache: Arc::clone(&cache),
        };
        let committer =
            Committer::new(engine, options, items, changed, closing, cache, outbox_length);
        Ok((store, committer))
    }

    /// Runs a decision and commits its effects, together with concurrent decisions.
    ///
    /// `decide` may run several times, each time on the latest documents; only its last run counts.
    /// It must depend on nothing but its captured values and `tx`.
    ///
    /// # Errors
    /// [`Failure::Refused`] with the decision's own refusal, [`Failure::Busy`] when
    /// [`QUEUE_DECISIONS_MAX`] decisions are queued already, [`Failure::Unavailable`] when the
    /// engine does not respond. Nothing was written, unless the failure states that its outcome is
    /// unknown.
    pub fn transact<T, R, F>(&self, decide: F) -> impl Future<Output = Result<T, Failure<R>>>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, Stop<R>> + Send + 'static,
        T: Send + 'static,
        R: Refusal,
    {
        self.transact_reading(Reads::default(), decide)
    }

    /// As [`Store::transact`]; the declared documents are loaded at once, before the decision runs.
    /// A decision that reads other documents too runs again after the load of each.
    ///
    /// # Errors
    /// As [`Store::transact`].
    pub async fn transact_reading<T, R, F>(&self, reads: Reads, decide: F) -> Result<T, Failure<R>>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, Stop<R>> + Send + 'static,
        T: Send + 'static,
        R: Refusal,
    {
        let (reply, response) = oneshot::channel();
        let trace = current_trace();
        let pending = Pending { decide, reads, verdict: None, reply, trace };
        // From the queue to the disk: the time that a caller waits.
        let mut span = trace.map_or_else(Span::default, |parent| {
            Span::within(parent, "commit", SpanKind::Internal)
        });
        span.set_attribute("boxoffice.store", || self.source.to_owned());
        self.queue.try_send(Item::Decide(Box::new(pending))).map_err(|error| match error {
            TrySendError::Full(_) => self.busy(),
            TrySendError::Closed(_) => {
                Failure::Unavailable(Unavailable::new("cannot decide: the store is closed"))
            }
        })?;
        let stopped = || Unavailable::new("cannot decide: the committer has stopped");
        let response = response.await.map_err(|_| Failure::Unavailable(stopped()))?;
        match response {
            Err(Failure::Busy) => Err(self.busy()),
            Err(Failure::Unavailable(unavailable)) => {
                span.fail(|| unavailable.chain());
                Err(Failure::Unavailable(unavailable))
            }
            decided => decided,
        }
    }

    fn busy<R>(&self) -> Failure<R> {
        metrics::counter!("store_refused_total", "store" => self.source).increment(1);
        Failure::Busy
    }

    /// The document with this `_id`, as last committed; `None` if it does not exist.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not respond or the document cannot be decoded.
    pub async fn find<D: Document>(&self, id: &str) -> Result<Option<D>, Unavailable> {
        let collection = D::COLLECTION;
        let key = (collection.name, Arc::from(id));
        let slot = if let Some(known) = self.cache.get(&key) {
            known
        } else {
            let read_start = self.cache.read_start();
            let loaded = match &self.reads {
                Some(reads) => reads.load(collection, id).await?,
                None => self.engine.load(None, collection, &[id]).await?.pop(),
            };
            let Some(stored) = loaded else { return Ok(None) };
            let slot = Slot::of(collection, &stored, document::decode::<D>)?;
            self.cache.insert(read_start, key, slot.clone());
            slot
        };
        slot.document.map(|document| typed(document.as_ref())).transpose()
    }

    /// The documents with these `_id`s, in their order. The lookups are concurrent, so that those
    /// of a shared database have one query.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub async fn find_all<D: Document>(
        &self,
        ids: impl IntoIterator<Item: ToString>,
    ) -> Result<Vec<Option<D>>, Unavailable> {
        let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
        try_join_all(ids.iter().map(|id| self.find(id))).await
    }

    /// The documents of a query on a declared index, in its order.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not respond, the index is not declared, or a document
    /// cannot be decoded.
    pub async fn query<D: Document>(&self, query: Query) -> Result<Vec<D>, Unavailable> {
        let name = D::COLLECTION.name;
        let documents = if let Some(known) = self.cache.query_result(name, &query) {
            known
        } else {
            let read_start = self.cache.read_start();
            let found = self.engine.query(D::COLLECTION, &query).await?;
            if !self.cache.is_cacheable(&query) {
                return found.iter().map(decoded).collect();
            }
            let found: Result<Vec<_>, _> = found.iter().map(decode::<D>).collect();
            let documents = found?;
            self.cache.insert_query_result(read_start, name, query, &documents);
            documents
        };
        documents.iter().map(|document| typed(document.as_ref())).collect()
    }

    /// One step of a search: of the documents of a query, the first `wanted` whose searched `field`
    /// contains `text`, byte by byte. The step examines as many documents as the query's limit, off
    /// the threads that serve requests.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not respond, the index is not declared, or a document
    /// cannot be decoded.
    pub async fn search<D: Document>(
        &self,
        query: Query,
        (field, text): (&'static str, &str),
        wanted: usize,
    ) -> Result<Found<D>, Unavailable> {
        let candidates = self.engine.candidates(D::COLLECTION, &query, field).await?;
        let examined_max = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let (ids, next) = matching(candidates, examined_max, text, wanted);
        let wanted: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut found = HashMap::with_capacity(ids.len());
        if !wanted.is_empty() {
            let stored = self.engine.load(None, D::COLLECTION, &wanted).await?;
            found.extend(stored.into_iter().map(|stored| (stored.id.clone(), stored)));
        }
        let documents =
            ids.iter().filter_map(|id| found.get(id)).map(decoded).collect::<Result<_, _>>();
        Ok(Found { documents: documents?, next })
    }

    /// The documents of a collection, indexed or not, in the order of their `_id`s: those behind
    /// `after` (all for an empty one), up to `limit` at most [`QUERY_LIMIT_MAX`].
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not respond or a document cannot be decoded.
    pub async fn scan<D: Document>(&self, after: &str, limit: u32) -> Result<Vec<D>, Unavailable> {
        let limit = limit.min(QUERY_LIMIT_MAX);
        let found = self.engine.scan(D::COLLECTION, after, limit).await?;
        found.iter().map(decoded).collect()
    }

    /// Commits an empty batch, to check that the store can be written to.
    ///
    /// # Errors
    /// [`Unavailable`] when it was not committed.
    pub async fn check_writable(&self) -> Result<(), Unavailable> {
        self.outbox().remove(&[]).await
    }

    /// The outbox, for the relay.
    #[must_use]
    pub fn outbox(&self) -> Outbox {
        Outbox(self.clone())
    }

    /// Accepts no more decisions; the committer finishes the queued ones and ends.
    pub fn close(&self) {
        self.closing.notify_one();
    }
}

/// The outbox of a store, for the relay: committed messages to be published.
#[derive(Clone)]
pub struct Outbox(Store);

impl Outbox {
    /// The oldest entries, in the order of their commits. Where several replicas share the store,
    /// these are the replica's own entries, or, without any, those that another replica left
    /// unpublished for two seconds.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not respond.
    pub async fn read(&self, limit: usize) -> Result<Vec<OutboxEntry>, Unavailable> {
        self.0.engine.read_outbox(limit, self.0.clock.now()).await
    }

    /// The number of entries of all replicas; on MongoDB an estimate while entries are added and
    /// removed.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not respond.
    pub async fn count(&self) -> Result<u64, Unavailable> {
        self.0.engine.count_outbox().await
    }

    /// Removes entries that the bus has acknowledged. The removal is part of the next batch, so it
    /// needs no commit of its own while the store is in use.
    ///
    /// # Errors
    /// [`Unavailable`] when the removal was not committed; the entries will be read again.
    pub async fn remove(&self, entries: &[OutboxEntry]) -> Result<(), Unavailable> {
        let (reply, removed) = oneshot::channel();
        let sequences = entries.iter().map(|entry| entry.sequence).collect();
        let item = Item::Remove(OutboxRemoval { sequences, reply });
        let closed = || Unavailable::new("cannot remove outbox entries: the store is closed");
        self.0.queue.send(item).await.map_err(|_| closed())?;
        removed.await.map_err(|_| closed())?
    }

    /// Returns when a commit has added entries since the last call.
    pub async fn changed(&self) {
        self.0.changed.notified().await;
    }
}

fn decode<D: Document>(stored: &StoredDocument) -> Result<Arc<dyn AnyDocument>, Unavailable> {
    stored.decode(D::COLLECTION, document::decode::<D>)
}

fn typed<D: Document>(document: &dyn AnyDocument) -> Result<D, Unavailable> {
    let typed = document.as_any().downcast_ref::<D>().cloned();
    typed.ok_or_else(|| {
        Unavailable::new(format!("cannot read {}: it has another type", D::COLLECTION.name))
    })
}

fn decoded<D: Document>(stored: &StoredDocument) -> Result<D, Unavailable> {
    stored.decode(D::COLLECTION, |body| serde_json::from_str(body))
}
