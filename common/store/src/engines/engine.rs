//! The port to the storage engines: load, query, commit, and the outbox.

use std::path::PathBuf;

use contract::Timestamp;

use crate::collection::Collection;
use crate::engines::batch::{Batch, CommitError, Marker, OutboxEntry, StoredDocument};
use crate::engines::memory::{MemoryEngine, Snapshot};
use crate::engines::mongo::{MongoEngine, Session};
use crate::engines::sqlite::SqliteEngine;
use crate::error::Unavailable;
use crate::reads::query::Query;
use crate::reads::search::Candidate;

/// A storage engine. Clones share its contents.
#[derive(Debug, Clone)]
pub enum Engine {
    /// One SQLite file (WAL, `synchronous=FULL`): the embedded default.
    Sqlite(SqliteEngine),
    /// Memory that outlives a store but not the process, with faults on demand: for tests and
    /// simulation.
    Memory(MemoryEngine),
    /// A database of a MongoDB replica set: production.
    Mongo(MongoEngine),
}

/// The snapshot that the decisions of one batch read. Where other replicas write too, all documents
/// are from one moment: a decision never reads one document from before another replica's commit
/// and a second one from after it.
#[derive(Default)]
pub(crate) struct View {
    /// The transaction that will commit the batch.
    pub(crate) mongo: Option<Session>,
    pub(crate) memory: Option<Snapshot>,
}

// The operations on MongoDB are plain functions with boxed futures: each has tens of kilobytes, and
// an async function is compiled again in each crate that awaits it.
impl Engine {
    /// The embedded engine on the file at `path`, created if it does not exist.
    #[must_use]
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::Sqlite(SqliteEngine::new(path.into()))
    }

    /// A new and empty memory engine.
    #[must_use]
    pub fn memory() -> Self {
        Self::Memory(MemoryEngine::default())
    }

    /// A new and empty memory engine that several stores use at once, as replicas of a service do.
    #[must_use]
    pub fn shared_memory() -> Self {
        Self::Memory(MemoryEngine::shared())
    }

    /// A short description for the log at start: `sqlite data/auth.db`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Sqlite(engine) => format!("sqlite {}", engine.path().display()),
            Self::Memory(_) => "memory".to_owned(),
            Self::Mongo(engine) => engine.describe(),
        }
    }

    /// Whether other processes may write to it too, so that a cache may be stale.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Memory(engine) => engine.is_shared(),
            Self::Mongo(_) => true,
        }
    }

    pub(crate) async fn prepare(
        &self,
        collections: &[&'static Collection],
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        match self {
            Self::Sqlite(engine) => engine.prepare(collections, now),
            Self::Memory(engine) => engine.prepare(collections).await,
            Self::Mongo(engine) => engine.prepare(collections, now).await,
        }
    }

    pub(crate) async fn load(
        &self,
        collection: &'static Collection,
        ids: &[&str],
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        match self {
            Self::Sqlite(engine) => engine.load(collection, ids),
            Self::Memory(engine) => engine.load(collection, ids).await,
            Self::Mongo(engine) => engine.load(collection, ids).await,
        }
    }

    pub(crate) async fn load_into(
        &self,
        view: &mut View,
        collection: &'static Collection,
        ids: &[&str],
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        match self {
            Self::Sqlite(engine) => engine.load(collection, ids),
            Self::Memory(engine) => engine.load_into(&mut view.memory, collection, ids).await,
            Self::Mongo(engine) => engine.load_into(&mut view.mongo, collection, ids).await,
        }
    }

    pub(crate) async fn query(
        &self,
        collection: &'static Collection,
        query: &Query,
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        match self {
            Self::Sqlite(engine) => engine.query(collection, query),
            Self::Memory(engine) => engine.query(collection, query).await,
            Self::Mongo(engine) => engine.query(collection, query).await,
        }
    }

    /// The position and a field of the documents of a query, for a search.
    pub(crate) async fn candidates(
        &self,
        collection: &'static Collection,
        query: &Query,
        field: &'static str,
    ) -> Result<Vec<Candidate>, Unavailable> {
        match self {
            Self::Sqlite(engine) => engine.candidates(collection, query, field).await,
            Self::Memory(engine) => engine.candidates(collection, query, field).await,
            Self::Mongo(engine) => engine.candidates(collection, query, field).await,
        }
    }

    pub(crate) async fn scan(
        &self,
        collection: &'static Collection,
        after: &str,
        limit: u32,
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        match self {
            Self::Sqlite(engine) => engine.scan(collection, after, limit),
            Self::Memory(engine) => engine.scan(collection, after, limit).await,
            Self::Mongo(engine) => engine.scan(collection, after, limit).await,
        }
    }

    pub(crate) async fn commit(&self, batch: &Batch, view: View) -> Result<(), CommitError> {
        match self {
            Self::Sqlite(engine) => engine.commit(batch),
            Self::Memory(engine) => engine.commit(batch).await,
            Self::Mongo(engine) => engine.commit(batch, view.mongo).await,
        }
    }

    pub(crate) async fn was_committed(&self, marker: Marker) -> Result<bool, Unavailable> {
        match self {
            Self::Sqlite(engine) => engine.was_committed(marker),
            Self::Memory(engine) => engine.was_committed(marker).await,
            Self::Mongo(engine) => engine.was_committed(marker).await,
        }
    }

    pub(crate) async fn read_outbox(
        &self,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<OutboxEntry>, Unavailable> {
        match self {
            Self::Sqlite(engine) => engine.read_outbox(limit),
            Self::Memory(engine) => engine.read_outbox(limit, now).await,
            Self::Mongo(engine) => engine.read_outbox(limit, now).await,
        }
    }

    pub(crate) async fn count_outbox(&self) -> Result<u64, Unavailable> {
        match self {
            Self::Sqlite(engine) => engine.count_outbox(),
            Self::Memory(engine) => engine.count_outbox().await,
            Self::Mongo(engine) => engine.count_outbox().await,
        }
    }
}
