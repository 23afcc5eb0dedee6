//! The embedded engine: one SQLite file (bundled library), WAL, `synchronous=FULL`, one transaction
//! per batch.
//!
//! Each collection is a table: `_id`, `version`, a column for each indexed field, and `body`, the
//! document as JSON text, readable with any SQLite tool. Calls block while SQLite works: commits
//! run on the committer's own thread, reads are a few microseconds of memory-mapped pages.

mod commit;
mod read;
mod schema;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use parking_lot::{Mutex, MutexGuard};
use rusqlite::{Connection, OpenFlags, ToSql};

use crate::collection::Collection;
use crate::document::Key;
use crate::error::Unavailable;

/// Wait for a lock of another process (an operator's tool), before the operation fails; it keeps
/// responses under two seconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(1);

/// Prepared statements cached in each connection: every statement of a store of ten collections,
/// with room.
const STATEMENTS_MAX: usize = 128;

/// Pages of the write-ahead log after which a commit moves them into the file: 16 MiB. Pages that
/// many commits change, such as the ends of indexes, are written once; one checkpoint still takes
/// only milliseconds.
const CHECKPOINT_PAGES: u32 = 4_096;

/// Page cache of the committing connection, in KiB: the upper levels of its tables and indexes with
/// a million documents.
const WRITER_CACHE_KIB: i32 = 16 * 1024;

/// Idle read connections: as many as threads that read at once on a small machine.
const READERS_MAX: usize = 16;

/// The embedded engine. Clones share the file and its connections.
#[derive(Debug, Clone)]
pub struct SqliteEngine {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Vec<Connection>>,
    /// The SQL of each collection, built once.
    tables: Mutex<HashMap<&'static str, Arc<schema::Table>>>,
}

impl SqliteEngine {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            shared: Arc::new(Shared {
                path,
                writer: Mutex::new(None),
                readers: Mutex::new(Vec::new()),
                tables: Mutex::new(HashMap::new()),
            }),
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    pub(crate) fn prepare(
        &self,
        collections: &[&'static Collection],
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        let cannot = |error| self.cannot("open", error);
        let connection = self.connect().map_err(cannot)?;
        // Negative: KiB instead of pages.
        connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB).map_err(cannot)?;
        schema::create(&connection, collections, now).map_err(cannot)?;
        let mut tables = self.shared.tables.lock();
        for collection in collections {
            tables.insert(collection.name, Arc::new(schema::Table::of(collection)));
        }
        *self.shared.writer.lock() = Some(connection);
        Ok(())
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.shared.path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        Ok(connection)
    }

    fn table(&self, collection: &'static Collection) -> Result<Arc<schema::Table>, Unavailable> {
        let tables = self.shared.tables.lock();
        tables.get(collection.name).map(Arc::clone).ok_or_else(|| {
            Unavailable::new(format!("cannot use {}: it is not declared", collection.name))
        })
    }

    fn writer(&self) -> MutexGuard<'_, Option<Connection>> {
        self.shared.writer.lock()
    }

    /// Runs a read on a connection of the pool.
    fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let idle = self.shared.readers.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let result = work(&connection);
        let mut readers = self.shared.readers.lock();
        if readers.len() < READERS_MAX {
            readers.push(connection);
        }
        result
    }

    fn cannot(&self, what: &str, error: rusqlite::Error) -> Unavailable {
        Unavailable::caused_by(format!("cannot {what} {}", self.shared.path.display()), error)
    }
}

impl ToSql for Key {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        match self {
            Self::Null => rusqlite::types::Null.to_sql().map(|_| rusqlite::types::Null.into()),
            Self::Integer(value) => Ok((*value).into()),
            Self::Text(value) => Ok(value.as_str().into()),
        }
    }
}
