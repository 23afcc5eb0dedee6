//! The SQLite file of the embedded log.

use std::fs::{File, TryLockError};
use std::io::{Error, ErrorKind};
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use contract::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Params, Row, params};

use crate::log::{
    DUPLICATE_WINDOW, Entry, Log, Page, RECENT_IDS_MAX, RecentIds, TRIM_MAX, is_within_window,
};
use crate::message::{DEAD_LETTERS_MAX, DeadLetter, NewDeadLetter};

/// Wait for a lock held by another reader of the file, before the operation fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Pages of SQLite's write-ahead log after which a commit moves them into the file: 16 MiB, so that
/// a page changed by many commits is written once.
const CHECKPOINT_PAGES: u32 = 4_096;

/// The tables of a log. Short columns precede the body: reading them touches no overflow page.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS log (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, id TEXT NOT NULL,
        subject TEXT NOT NULL, body BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS consumers (
        name TEXT PRIMARY KEY, floor INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS dead_letters (
        id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, service TEXT NOT NULL,
        subject TEXT NOT NULL, origin TEXT NOT NULL, reason TEXT NOT NULL, body TEXT NOT NULL,
        at INTEGER NOT NULL);";

/// The columns of a dead letter, in the order that [`dead_letter`] reads them.
const DEAD_LETTER: &str = "SELECT id, service, subject, origin, reason, body, at FROM dead_letters";

/// Acquires exclusive access to a log, until the returned file is dropped or the process ends: one
/// process, and in it one bus, has the log open. The file is beside the log, because SQLite has its
/// own locks on the log itself.
pub(super) fn lock(log: &Path) -> Result<File, Error> {
    let mut path = log.as_os_str().to_owned();
    path.push(".lock");
    let file = File::create(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let why = "it is already open, perhaps by another process";
            Err(Error::new(ErrorKind::ResourceBusy, why))
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}

pub(super) struct LogFile {
    connection: Connection,
}

impl LogFile {
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection })
    }

    /// The log of an earlier process: its last sequence, and the ids of the duplicate window.
    pub(super) fn resume(&self, now: Timestamp) -> rusqlite::Result<Log> {
        // AUTOINCREMENT keeps the last sequence even when every entry was removed.
        let last: Option<i64> = self
            .connection
            .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'log'", [], |row| row.get(0))
            .optional()?;
        let mut newest_first =
            self.connection.prepare("SELECT id, at FROM log ORDER BY sequence DESC LIMIT ?1")?;
        let mut rows = newest_first.query([i64::try_from(RECENT_IDS_MAX).unwrap_or(i64::MAX)])?;
        let mut ids: Vec<(String, Timestamp)> = Vec::new();
        while let Some(row) = rows.next()? {
            let at = Timestamp::from_unix_ms(row.get(1)?);
            if !is_within_window(at, now) {
                break;
            }
            ids.push((row.get(0)?, at));
        }
        let mut recent = RecentIds::default();
        ids.iter().rev().for_each(|(id, at)| recent.remember(id, *at));
        Ok(Log::resumed(last.unwrap_or(0), recent))
    }

    pub(super) fn execute(&self, sql: &str, values: impl Params) -> rusqlite::Result<usize> {
        self.connection.prepare_cached(sql)?.execute(values)
    }

    pub(super) fn roll_back(&self) -> rusqlite::Result<()> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.execute("ROLLBACK", []).map(drop)
    }

    pub(super) fn append(&self, entry: &Entry) -> rusqlite::Result<()> {
        let Entry { sequence, id, subject, body, at } = entry;
        self.execute(
            "INSERT INTO log (sequence, at, id, subject, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![sequence, at.unix_ms(), id, subject, &body[..]],
        )
        .map(drop)
    }

    pub(super) fn page(&self, page: &Page) -> rusqlite::Result<Vec<Entry>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT sequence, at, id, subject, body FROM log
             WHERE sequence > ?1 AND sequence <= ?2 AND subject IN (SELECT value FROM json_each(?3))
             ORDER BY sequence LIMIT ?4",
        )?;
        let subjects = serde_json::json!(page.subjects).to_string();
        let limit = i64::try_from(page.limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![page.after, page.upto, subjects, limit], entry)?;
        rows.collect()
    }

    /// The floor of a consumer. A new consumer starts before the oldest entry, or at `last` in an
    /// empty log.
    pub(super) fn open_consumer(&self, name: &str, last: i64) -> rusqlite::Result<i64> {
        self.execute(
            "INSERT INTO consumers (name, floor)
             VALUES (?1, coalesce((SELECT min(sequence) - 1 FROM log), ?2))
             ON CONFLICT (name) DO NOTHING",
            params![name, last],
        )?;
        self.connection
            .prepare_cached("SELECT floor FROM consumers WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
    }

    pub(super) fn save_floor(&self, name: &str, floor: i64) -> rusqlite::Result<()> {
        let sql = "UPDATE consumers SET floor = ?2 WHERE name = ?1";
        self.execute(sql, params![name, floor]).map(drop)
    }

    pub(super) fn remove_consumer(&self, name: &str) -> rusqlite::Result<()> {
        self.execute("DELETE FROM consumers WHERE name = ?1", [name]).map(drop)
    }

    pub(super) fn floors(&self) -> rusqlite::Result<Vec<(String, i64)>> {
        let mut statement = self.connection.prepare_cached("SELECT name, floor FROM consumers")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    }

    /// Bytes in use, without free pages.
    pub(super) fn bytes(&self) -> rusqlite::Result<u64> {
        let pragma = |name| self.connection.pragma_query_value(None, name, |row| row.get(0));
        let (pages, free, size): (i64, i64, i64) =
            (pragma("page_count")?, pragma("freelist_count")?, pragma("page_size")?);
        Ok(u64::try_from((pages - free).saturating_mul(size)).unwrap_or(0))
    }

    /// Removes up to a bound entries that are settled and whose duplicate window has passed.
    pub(super) fn trim(&self, now: Timestamp) -> rusqlite::Result<usize> {
        let limit = i64::try_from(TRIM_MAX).unwrap_or(i64::MAX);
        self.execute(
            "DELETE FROM log WHERE sequence IN (
                 SELECT sequence FROM (SELECT sequence, at FROM log ORDER BY sequence LIMIT ?1)
                 WHERE at <= ?2 AND sequence <= (SELECT min(floor) FROM consumers))",
            params![limit, now.minus(DUPLICATE_WINDOW).unix_ms()],
        )
    }

    pub(super) fn add_dead_letter(&self, letter: &NewDeadLetter) -> rusqlite::Result<()> {
        let NewDeadLetter { key, service, subject, origin, reason, body, at } = letter;
        self.execute(
            "INSERT INTO dead_letters (key, service, subject, origin, reason, body, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key) DO NOTHING",
            params![key, service, subject, origin, reason, body, at.unix_ms()],
        )
        .map(drop)
    }

    pub(super) fn remove_dead_letter(&self, id: i64) -> rusqlite::Result<()> {
        self.execute("DELETE FROM dead_letters WHERE id = ?1", [id]).map(drop)
    }

    pub(super) fn dead_letters(&self, service: Option<&str>) -> rusqlite::Result<Vec<DeadLetter>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "{DEAD_LETTER} WHERE ?1 IS NULL OR service = ?1 ORDER BY id LIMIT ?2"
        ))?;
        let limit = i64::try_from(DEAD_LETTERS_MAX).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![service, limit], dead_letter)?;
        rows.collect()
    }

    pub(super) fn dead_letter(&self, id: i64) -> rusqlite::Result<Option<DeadLetter>> {
        let mut statement =
            self.connection.prepare_cached(&format!("{DEAD_LETTER} WHERE id = ?1"))?;
        statement.query_row([id], dead_letter).optional()
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let body: Vec<u8> = row.get(4)?;
    Ok(Entry {
        sequence: row.get(0)?,
        at: Timestamp::from_unix_ms(row.get(1)?),
        id: row.get(2)?,
        subject: row.get(3)?,
        body: Bytes::from(body),
    })
}

fn dead_letter(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    Ok(DeadLetter {
        id: row.get(0)?,
        service: row.get(1)?,
        subject: row.get(2)?,
        origin: row.get(3)?,
        reason: row.get(4)?,
        body: row.get(5)?,
        at: Timestamp::from_unix_ms(row.get(6)?),
    })
}
