//! Tables and the SQL of each, created from the declared collections.

use std::fmt::Write as _;
use std::time::Duration;

use contract::Timestamp;
use rusqlite::Connection;

use crate::collection::Collection;

/// Time for which the marker of a dead committer is kept; only its own process reads it.
const MARKERS_KEPT: Duration = Duration::from_hours(24);

/// The statements of one collection.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) insert: String,
    pub(super) replace: String,
    pub(super) delete: String,
    pub(super) check: String,
    pub(super) load_one: String,
}

impl Table {
    pub(super) fn of(collection: &Collection) -> Self {
        let (name, fields) = (collection.name, collection.fields());
        let (mut columns, mut values, mut changes) = (String::new(), String::new(), String::new());
        for (at, field) in fields.iter().enumerate() {
            // Writing to a string cannot fail. The numbers follow three fixed values in an insert,
            // four in a replacement.
            let _ = write!(columns, ", \"{field}\"");
            let _ = write!(values, ", ?{}", at + 4);
            let _ = write!(changes, ", \"{field}\" = ?{}", at + 5);
        }
        Self {
            insert: format!(
                "INSERT INTO \"{name}\" (_id, version, body{columns}) VALUES (?1, ?2, ?3{values})"
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

pub(super) fn create(
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
    for field in collection.fields() {
        if !has_column(connection, name, field)? {
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

fn has_column(connection: &Connection, table: &str, column: &str) -> rusqlite::Result<bool> {
    connection
        .prepare("SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2")?
        .exists([table, column])
}
