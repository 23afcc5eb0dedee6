//! The storage engines, and the port to them: load, query, commit, and the outbox. Every operation
//! of a store goes through `Backend`, so that one place tracks whether the engine works.

use std::path::PathBuf;

use contract::Timestamp;

use crate::collection::Collection;
use crate::engines::batch::{Batch, CommitError, Marker, OutboxEntry, StoredDocument, View};
use crate::engines::memory::MemoryEngine;
use crate::engines::mongo::MongoEngine;
use crate::engines::outage::{Access, Outage};
use crate::engines::sqlite::SqliteEngine;
use crate::error::Unavailable;
use crate::reads::query::{Candidate, Query};

/// A storage engine. Clones share its contents.
#[derive(Debug, Clone)]
#[must_use]
pub enum Engine {
    /// One SQLite file (WAL, `synchronous=FULL`): the embedded default.
    Sqlite(SqliteEngine),
    /// Memory that outlives a store, not the process, with faults on demand: for tests.
    Memory(MemoryEngine),
    /// A database of a MongoDB replica set: production.
    Mongo(MongoEngine),
}

impl Engine {
    /// The embedded engine on the file at `path`, created if it does not exist.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::Sqlite(SqliteEngine::new(path.into()))
    }

    /// A new and empty memory engine.
    pub fn memory() -> Self {
        Self::Memory(MemoryEngine::default())
    }

    /// A new and empty memory engine that several stores use at once, as replicas of a service do.
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
}

/// An engine whose failures are recorded. Clones share both.
#[derive(Clone)]
pub(crate) struct Backend {
    pub(crate) engine: Engine,
    pub(crate) outage: Outage,
}

/// Declares operations of all engines, each with its kind of access.
// The operations on MongoDB are plain functions with boxed futures: each has tens of kilobytes, and
// an async function is compiled again in each crate that awaits it.
macro_rules! operations {
    ($($(#[$doc:meta])* $access:ident: $name:ident($($value:ident: $type:ty),*) -> $result:ty;)+) => {
        $(
            $(#[$doc])*
            pub(crate) async fn $name(&self, $($value: $type),*) -> Result<$result, Unavailable> {
                let outcome = match &self.engine {
                    Engine::Sqlite(engine) => engine.$name($($value),*),
                    Engine::Memory(engine) => engine.$name($($value),*).await,
                    Engine::Mongo(engine) => engine.$name($($value),*).await,
                };
                self.outage.observe(Access::$access, outcome)
            }
        )+
    };
}

impl Backend {
    operations! {
        /// Loads documents by their `_id`s, for a decision from the view of its batch.
        Read: load(view: Option<&mut View>, of: &'static Collection, ids: &[&str]) -> Vec<StoredDocument>;
        Read: query(of: &'static Collection, query: &Query) -> Vec<StoredDocument>;
        Read: scan(of: &'static Collection, after: &str, limit: u32) -> Vec<StoredDocument>;
        Read: read_outbox(limit: usize, now: Timestamp) -> Vec<OutboxEntry>;
        Read: count_outbox() -> u64;
        Write: was_committed(marker: Marker) -> bool;
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

    pub(crate) async fn commit(&self, batch: &Batch, view: View) -> Result<(), CommitError> {
        let outcome = match &self.engine {
            Engine::Sqlite(engine) => engine.commit(batch),
            Engine::Memory(engine) => engine.commit(batch).await,
            Engine::Mongo(engine) => engine.commit(batch, view).await,
        };
        match outcome {
            Ok(()) | Err(CommitError::Conflict) => {
                self.outage.succeeded(Access::Write);
                outcome
            }
            Err(CommitError::Failed(error)) => {
                Err(CommitError::Failed(self.outage.failed(Access::Write, error)))
            }
            // Resolving the outcome shows whether it is an outage.
            Err(CommitError::Unknown(error)) => Err(CommitError::Unknown(error)),
        }
    }
}
