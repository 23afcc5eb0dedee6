//! The storage engines.

use std::path::PathBuf;

use crate::engines::memory::MemoryEngine;
use crate::engines::mongo::MongoEngine;
use crate::engines::sqlite::SqliteEngine;

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
}
