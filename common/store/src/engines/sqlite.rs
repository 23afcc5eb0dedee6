//! The embedded engine: one SQLite file (bundled library), WAL, `synchronous=FULL`, one transaction
//! per batch.
//!
//! Each collection is a table: `_id`, `version`, a column for each indexed field, and `body`, the
//! document as JSON text, readable with any SQLite tool. Calls block while SQLite works: commits
//! run on the committer's own thread, reads are a few microseconds of memory-mapped pages.

mod commit;
mod read;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags, ToSql};

use crate::collection::Collection;
use crate::document::Key;
use crate::engines::batch::MARKERS_KEPT;
use crate::error::Unavailable;

/// Wait for a lock of an operator's tool; it keeps responses under two seconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(1);

/// Prepared statements of each connection: all those of a store of ten collections, with room.
const STATEMENTS_MAX: usize = 128;

/// Pages of the write-ahead log after which a commit moves them into the file: 16 MiB. Pages that
/// many commits change, such as the ends of indexes, are written once; one checkpoint still takes
/// only milliseconds.
const CHECKPOINT_PAGES: u32 = 4_096;

/// Page cache of the committer, in KiB: upper levels of indexes with a million documents.
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
    tables: Mutex<HashMap<&'static str, Arc<Table>>>,
}

impl SqliteEngine {
    pub(crate) fn new(path: PathBuf) -> Self {
        let (writer, readers, tables) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { shared: Arc::new(Shared { path, writer, readers, tables }) }
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
        create_tables(&connection, collections, now).map_err(cannot)?;
        let mut tables = self.shared.tables.lock();
        for collection in collections {
            tables.insert(collection.name, Arc::new(Table::of(collection)));
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

    fn table(&self, collection: &'static Collection) -> Result<Arc<Table>, Unavailable> {
        let tables = self.shared.tables.lock();
        tables.get(collection.name).map(Arc::clone).ok_or_else(|| {
            Unavailable::new(format!("cannot use {}: it is not declared", collection.name))
        })
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

/// The statements of one collection. The parameters of the first two are the `_id`, the expected
/// version, the next version, the body and the indexed fields.
#[derive(Debug)]
struct Table {
    insert: String,
    replace: String,
    delete: String,
    check: String,
    load_one: String,
}

impl Table {
    fn of(collection: &Collection) -> Self {
        let (name, fields) = (collection.name, collection.fields());
        let (mut columns, mut values, mut changes) = (String::new(), String::new(), String::new());
        for (at, field) in fields.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(columns, ", \"{field}\"");
            let _ = write!(values, ", ?{}", at + 5);
            let _ = write!(changes, ", \"{field}\" = ?{}", at + 5);
        }
        Self {
            insert: format!(
                "INSERT INTO \"{name}\" (_id, version, body{columns}) VALUES (?1, ?3, ?4{values}) \
                 ON CONFLICT (_id) DO NOTHING"
            ),
            replace: format!(
                "UPDATE \"{name}\" SET version = ?3, body = ?4{changes} \
                 WHERE _id = ?1 AND version = ?2"
            ),
            delete: format!("DELETE FROM \"{name}\" WHERE _id = ?1 AND version = ?2"),
            check: format!("SELECT 1 FROM \"{name}\" WHERE _id = ?1 AND version = ?2"),
            load_one: format!("SELECT _id, version, body FROM \"{name}\" WHERE _id = ?1"),
        }
    }
}

fn create_tables(
    connection: &Connection,
    collections: &[&'static Collection],
    now: Timestamp,
) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS _outbox (
             sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL,
             subject TEXT NOT NULL, body BLOB NOT NULL, committed_at INTEGER NOT NULL);
         CREATE TABLE IF NOT EXISTS _commits (
             committer TEXT PRIMARY KEY, sequence INTEGER NOT NULL, committed_at INTEGER NOT NULL
         ) WITHOUT ROWID;",
    )?;
    let old = now.minus(MARKERS_KEPT).unix_ms();
    // The start must not depend on this write: a full disk can still be read.
    if let Err(error) = connection.execute("DELETE FROM _commits WHERE committed_at < ?1", [old]) {
        tracing::debug!(%error, "removing markers of dead committers failed");
    }
    for collection in collections {
        create_collection(connection, collection)?;
    }
    Ok(())
}

fn create_collection(connection: &Connection, collection: &Collection) -> rusqlite::Result<()> {
    let name = collection.name;
    connection.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS \"{name}\" (
             _id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL);"
    ))?;
    let mut column = connection.prepare("SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2")?;
    for field in collection.fields() {
        if !column.exists([name, field])? {
            connection.execute_batch(&format!("ALTER TABLE \"{name}\" ADD COLUMN \"{field}\""))?;
        }
    }
    for index in collection.indexes {
        let (index_name, first) = (index.name, index.first_field());
        let columns = index.fields.join("\", \"");
        connection.execute_batch(&format!(
            "CREATE INDEX IF NOT EXISTS \"{name}_{index_name}\" ON \"{name}\" (\"{columns}\", _id)
             WHERE \"{first}\" IS NOT NULL;"
        ))?;
    }
    Ok(())
}
