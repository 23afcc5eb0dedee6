//! The port to the storage engines: load, query, commit, and the outbox. Every operation of a store
//! goes through it, so that one place tracks whether the engine works.

use contract::Timestamp;

use crate::collection::Collection;
use crate::engines::batch::{Batch, CommitError, Marker, OutboxEntry, StoredDocument, View};
use crate::engines::engine::Engine;
use crate::engines::outage::{Access, Outage};
use crate::error::Unavailable;
use crate::reads::query::Query;
use crate::reads::search::Candidate;

/// An engine whose failures are recorded. Clones share both.
#[derive(Clone)]
pub(crate) struct Backend {
    pub(crate) engine: Engine,
    pub(crate) outage: Outage,
}

// The operations on MongoDB are plain functions with boxed futures: each has tens of kilobytes, and
// an async function is compiled again in each crate that awaits it.
impl Backend {
    pub(crate) fn is_shared(&self) -> bool {
        self.engine.is_shared()
    }

    pub(crate) async fn prepare(
        &self,
        collections: &[&'static Collection],
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.prepare(collections, now),
            Engine::Memory(engine) => engine.prepare(collections).await,
            Engine::Mongo(engine) => engine.prepare(collections, now).await,
        }
    }

    /// Loads documents by their `_id`s, for a decision from the view of its batch.
    pub(crate) async fn load(
        &self,
        view: Option<&mut View>,
        collection: &'static Collection,
        ids: &[&str],
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        let outcome = match &self.engine {
            Engine::Sqlite(engine) => engine.load(collection, ids),
            Engine::Memory(engine) => engine.load(view, collection, ids).await,
            Engine::Mongo(engine) => engine.load(view, collection, ids).await,
        };
        self.outage.observe(Access::Read, outcome)
    }

    pub(crate) async fn query(
        &self,
        collection: &'static Collection,
        query: &Query,
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        let outcome = match &self.engine {
            Engine::Sqlite(engine) => engine.query(collection, query),
            Engine::Memory(engine) => engine.query(collection, query).await,
            Engine::Mongo(engine) => engine.query(collection, query).await,
        };
        self.outage.observe(Access::Read, outcome)
    }

    /// The position and a field of the documents of a query, for a search.
    pub(crate) async fn candidates(
        &self,
        collection: &'static Collection,
        query: &Query,
        field: &'static str,
    ) -> Result<Vec<Candidate>, Unavailable> {
        let outcome = match &self.engine {
            Engine::Sqlite(engine) => engine.candidates(collection, query, field).await,
            Engine::Memory(engine) => engine.candidates(collection, query, field).await,
            Engine::Mongo(engine) => engine.candidates(collection, query, field).await,
        };
        self.outage.observe(Access::Read, outcome)
    }

    pub(crate) async fn scan(
        &self,
        collection: &'static Collection,
        after: &str,
        limit: u32,
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        let outcome = match &self.engine {
            Engine::Sqlite(engine) => engine.scan(collection, after, limit),
            Engine::Memory(engine) => engine.scan(collection, after, limit).await,
            Engine::Mongo(engine) => engine.scan(collection, after, limit).await,
        };
        self.outage.observe(Access::Read, outcome)
    }

    pub(crate) async fn was_committed(&self, marker: Marker) -> Result<bool, Unavailable> {
        let outcome = match &self.engine {
            Engine::Sqlite(engine) => engine.was_committed(marker),
            Engine::Memory(engine) => engine.was_committed(marker).await,
            Engine::Mongo(engine) => engine.was_committed(marker).await,
        };
        self.outage.observe(Access::Write, outcome)
    }

    pub(crate) async fn read_outbox(
        &self,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<OutboxEntry>, Unavailable> {
        let outcome = match &self.engine {
            Engine::Sqlite(engine) => engine.read_outbox(limit),
            Engine::Memory(engine) => engine.read_outbox(limit, now).await,
            Engine::Mongo(engine) => engine.read_outbox(limit, now).await,
        };
        self.outage.observe(Access::Read, outcome)
    }

    pub(crate) async fn count_outbox(&self) -> Result<u64, Unavailable> {
        let outcome = match &self.engine {
            Engine::Sqlite(engine) => engine.count_outbox(),
            Engine::Memory(engine) => engine.count_outbox().await,
            Engine::Mongo(engine) => engine.count_outbox().await,
        };
        self.outage.observe(Access::Read, outcome)
    }

    pub(crate) async fn commit(&self, batch: &Batch, view: View) -> Result<(), CommitError> {
        let outcome = match &self.engine {
            Engine::Sqlite(engine) => engine.commit(batch),
            Engine::Memory(engine) => engine.commit(batch).await,
            Engine::Mongo(engine) => engine.commit(batch, view).await,
        };
        match outcome {
            Ok(()) => {
                self.outage.succeeded(Access::Write);
                Ok(())
            }
            Err(CommitError::Conflict(conflicts)) => {
                self.outage.succeeded(Access::Write);
                Err(CommitError::Conflict(conflicts))
            }
            Err(CommitError::Failed(error)) => {
                Err(CommitError::Failed(self.outage.failed(Access::Write, error)))
            }
            // Resolving the outcome shows whether it is an outage.
            Err(CommitError::Unknown(error)) => Err(CommitError::Unknown(error)),
        }
    }
}
