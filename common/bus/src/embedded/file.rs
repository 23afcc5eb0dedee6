//! The SQLite file of the embedded log.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use contract::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::bus::{DEAD_LETTERS_MAX, GivenUp};
use crate::log::{DUPLICATE_WINDOW, Entry, Log};
use crate::message::DeadLetter;

/// Wait for a lock that another process holds, before the operation fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection to the file.
pub(super) struct LogFile {
    connection: Connection,
}

impl LogFile {
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS log (
                 sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL,
                 subject TEXT NOT NULL, body BLOB NOT NULL, at INTEGER NOT NULL);
             CREATE TABLE IF NOT EXISTS consumers (
                 name TEXT PRIMARY KEY, floor INTEGER NOT NULL) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS dead_letters (
                 id INTEGER PRIMARY KEY AUTOINCREMENT, service TEXT NOT NULL,
                 subject TEXT NOT NULL, origin TEXT NOT NULL, reason TEXT NOT NULL,
                 body TEXT NOT NULL, at INTEGER NOT NULL);",
        )?;
        Ok(Self { connection })
    }

    /// The log as an earlier process left it: its end, and the ids of the duplicate window.
    pub(super) fn resume(&mut self, now: Timestamp) -> rusqlite::Result<Log> {
        let last = self.connection.query_row(
            "SELECT max(coalesce((SELECT max(sequence) FROM log), 0),
                        coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'log'), 0))",
            [],
            |row| row.get(0),
        )?;
        let mut log = Log::resumed(last);
        let mut statement = self
            .connection
            .prepare("SELECT id, sequence, at FROM log WHERE at >= ?1 ORDER BY sequence")?;
        let mut rows = statement.query([now.minus(DUPLICATE_WINDOW).unix_ms()])?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            log.remember(&id, row.get(1)?, Timestamp::from_unix_ms(row.get(2)?));
        }
        Ok(log)
    }

    pub(super) fn begin(&self) -> rusqlite::Result<()> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([]).map(drop)
    }

    pub(super) fn commit(&self) -> rusqlite::Result<()> {
        self.connection.prepare_cached("COMMIT")?.execute([]).map(drop)
    }

    pub(super) fn roll_back(&self) -> rusqlite::Result<()> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.connection.prepare_cached("ROLLBACK")?.execute([]).map(drop)
    }

    pub(super) fn append(&self, entry: &Entry) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO log (sequence, id, subject, body, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let at = entry.at.unix_ms();
        statement
            .execute(params![entry.sequence, entry.id, entry.subject, &entry.body[..], at])
            .map(drop)
    }

    pub(super) fn read(&self, after: i64, limit: usize) -> rusqlite::Result<Vec<Entry>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT sequence, id, subject, body, at FROM log
             WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map([after, limit], entry)?;
        rows.collect()
    }

    pub(super) fn floor(&self, consumer: &str) -> rusqlite::Result<i64> {
        let mut statement =
            self.connection.prepare_cached("SELECT floor FROM consumers WHERE name = ?1")?;
        let mut rows = statement.query([consumer])?;
        rows.next()?.map_or(Ok(0), |row| row.get(0))
    }

    pub(super) fn save_floor(&self, consumer: &str, floor: i64) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO consumers (name, floor) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET floor = ?2",
        )?;
        statement.execute(params![consumer, floor]).map(drop)
    }

    /// Bytes in use, free pages not counted.
    pub(super) fn bytes(&self) -> rusqlite::Result<i64> {
        let pragma = |name| self.connection.pragma_query_value(None, name, |row| row.get(0));
        let (pages, free, size): (i64, i64, i64) =
            (pragma("page_count")?, pragma("freelist_count")?, pragma("page_size")?);
        Ok((pages - free) * size)
    }

    pub(super) fn trim(
        &self,
        settled: i64,
        older_than: Timestamp,
        limit: u32,
    ) -> rusqlite::Result<usize> {
        let mut statement = self.connection.prepare_cached(
            "DELETE FROM log WHERE sequence IN (
                 SELECT sequence FROM log WHERE sequence <= ?1 AND at < ?2
                 ORDER BY sequence LIMIT ?3)",
        )?;
        statement.execute(params![settled, older_than.unix_ms(), limit])
    }

    pub(super) fn give_up(&self, given_up: &GivenUp) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO dead_letters (service, subject, origin, reason, body, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let GivenUp { service, subject, origin, reason, body, at } = given_up;
        statement.execute(params![service, subject, origin, reason, body, at.unix_ms()]).map(drop)
    }

    pub(super) fn bury(&self, id: i64) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("DELETE FROM dead_letters WHERE id = ?1")?
            .execute([id])
            .map(drop)
    }

    pub(super) fn dead_letters(&self, service: Option<&str>) -> rusqlite::Result<Vec<DeadLetter>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, service, subject, origin, reason, body, at FROM dead_letters
             WHERE ?1 IS NULL OR service = ?1 ORDER BY id LIMIT ?2",
        )?;
        let rows = statement.query_map(params![service, DEAD_LETTERS_MAX], |row| {
            Ok(DeadLetter {
                id: row.get(0)?,
                service: row.get(1)?,
                subject: row.get(2)?,
                origin: row.get(3)?,
                reason: row.get(4)?,
                body: row.get(5)?,
                at: Timestamp::from_unix_ms(row.get(6)?),
            })
        })?;
        rows.collect()
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let body: Vec<u8> = row.get(3)?;
    Ok(Entry {
        sequence: row.get(0)?,
        id: row.get(1)?,
        subject: row.get(2)?,
        body: Bytes::from(body),
        at: Timestamp::from_unix_ms(row.get(4)?),
    })
}
