//! One batch, one transaction, one fsync.

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior, ffi, params};

use super::SqliteEngine;
use crate::document::Key;
use crate::engines::batch::{Batch, CommitError, Content, Expected, Marker, Write, signed};
use crate::error::Unavailable;

/// Why writing the batch in the transaction ended early.
#[derive(derive_more::From)]
enum WriteError {
    #[from(ignore)]
    Conflict,
    Undeclared(Unavailable),
    Sql(rusqlite::Error),
}

impl SqliteEngine {
    pub(crate) fn commit(&self, batch: &Batch) -> Result<(), CommitError> {
        let mut writer = self.shared.writer.lock();
        let not_open =
            || CommitError::Failed(Unavailable::new("cannot commit: the store is not open"));
        let connection = writer.as_mut().ok_or_else(not_open)?;
        let failed = |error| CommitError::Failed(self.cannot("write to", error));
        self.end_transaction(connection).map_err(CommitError::Failed)?;
        let tx =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        match self.write_all(&tx, batch) {
            Ok(()) => {}
            Err(WriteError::Conflict) => return Err(CommitError::Conflict),
            Err(WriteError::Undeclared(error)) => return Err(CommitError::Failed(error)),
            Err(WriteError::Sql(error)) => return Err(failed(error)),
        }
        // Dropping the transaction rolls it back.
        let Err(error) = tx.commit() else { return Ok(()) };
        let is_rolled_back = connection.is_autocommit() && never_reached_the_disk(&error);
        let error = self.cannot("commit to", error);
        Err(if is_rolled_back { CommitError::Failed(error) } else { CommitError::Unknown(error) })
    }

    /// Ends the transaction of an earlier batch whose rollback failed.
    fn end_transaction(&self, connection: &Connection) -> Result<(), Unavailable> {
        if connection.is_autocommit() {
            return Ok(());
        }
        connection.execute_batch("ROLLBACK").map_err(|error| self.cannot("roll back", error))
    }

    fn write_all(&self, tx: &Transaction<'_>, batch: &Batch) -> Result<(), WriteError> {
        for write in &batch.writes {
            self.write_one(tx, write)?;
        }
        for read in &batch.reads {
            self.check_one(tx, read)?;
        }
        let mut insert = tx.prepare_cached(
            "INSERT INTO _outbox (id, subject, body, committed_at) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for entry in &batch.outbox {
            let at = entry.committed_at.unix_ms();
            insert.execute(params![entry.id.to_string(), entry.subject, &entry.body[..], at])?;
        }
        let mut remove = tx.prepare_cached("DELETE FROM _outbox WHERE sequence = ?1")?;
        for sequence in &batch.published {
            remove.execute([sequence])?;
        }
        mark(tx, batch)?;
        Ok(())
    }

    fn write_one(&self, tx: &Transaction<'_>, write: &Write) -> Result<(), WriteError> {
        let Expected { collection, id, version } = &write.expected;
        let (table, expected) = (self.table(collection)?, version.map(signed));
        let changed = match &write.content {
            Some(Content { keys, body }) => {
                let sql = if version.is_some() { &table.replace } else { &table.insert };
                let next_version = signed(write.expected.next_version());
                execute(tx, sql, params![id, expected, next_version, body], keys)?
            }
            None => tx.prepare_cached(&table.delete)?.execute(params![id, expected])?,
        };
        if changed == 0 { Err(WriteError::Conflict) } else { Ok(()) }
    }

    fn check_one(&self, tx: &Transaction<'_>, expected: &Expected) -> Result<(), WriteError> {
        let (table, version) = (self.table(expected.collection)?, expected.version.map(signed));
        if tx.prepare_cached(&table.check)?.exists(params![expected.id, version])? {
            Ok(())
        } else {
            Err(WriteError::Conflict)
        }
    }

    /// Whether a batch was committed. If not, its pages may still be complete in the log, after a
    /// commit whose fsync failed: after a crash they would count. So this query commits too, which
    /// overwrites them.
    pub(crate) fn was_committed(&self, marker: Marker) -> Result<bool, Unavailable> {
        let writer = self.shared.writer.lock();
        let connection =
            writer.as_ref().ok_or_else(|| Unavailable::new("the store is not open"))?;
        self.end_transaction(connection)?;
        let sequence = last_mark(connection, marker).map_err(|error| self.cannot("read", error))?;
        let is_committed = sequence.is_some_and(|last| last >= signed(marker.sequence));
        if !is_committed {
            let committer = marker.committer.to_string();
            connection
                .execute(
                    "INSERT INTO _commits (committer, sequence, committed_at) VALUES (?1, 0, 0)
                     ON CONFLICT (committer) DO UPDATE SET committed_at = committed_at + 1",
                    [committer],
                )
                .map_err(|error| self.cannot("resolve the outcome of a commit to", error))?;
        }
        Ok(is_committed)
    }
}

/// Whether a commit that failed in this way cannot have left a complete transaction on the disk:
/// its last page is written last, and only then is the file synchronised.
fn never_reached_the_disk(error: &rusqlite::Error) -> bool {
    let rusqlite::Error::SqliteFailure(error, _) = error else { return false };
    let synchronising = [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_DIR_FSYNC];
    match error.code {
        ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::CannotOpen => true,
        ErrorCode::SystemIoFailure => !synchronising.contains(&error.extended_code),
        _ => false,
    }
}

fn execute(
    tx: &Transaction<'_>,
    sql: &str,
    fixed: &[&dyn rusqlite::ToSql],
    keys: &[Key],
) -> rusqlite::Result<usize> {
    let mut statement = tx.prepare_cached(sql)?;
    for (at, value) in fixed.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, value)?;
    }
    for (at, key) in keys.iter().enumerate() {
        statement.raw_bind_parameter(fixed.len() + at + 1, key)?;
    }
    statement.raw_execute()
}

fn mark(tx: &Transaction<'_>, batch: &Batch) -> rusqlite::Result<()> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO _commits (committer, sequence, committed_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (committer) DO UPDATE SET sequence = ?2, committed_at = ?3",
    )?;
    let committer = batch.marker.committer.to_string();
    let (sequence, at) = (signed(batch.marker.sequence), batch.committed_at.unix_ms());
    statement.execute(params![committer, sequence, at])?;
    Ok(())
}

fn last_mark(connection: &Connection, marker: Marker) -> rusqlite::Result<Option<i64>> {
    let mut statement =
        connection.prepare_cached("SELECT sequence FROM _commits WHERE committer = ?1")?;
    let mut rows = statement.query([marker.committer.to_string()])?;
    rows.next()?.map(|row| row.get(0)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_failure_before_the_fsync_proves_that_nothing_was_written() {
        let failed = |code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        for code in [
            ffi::SQLITE_FULL,
            ffi::SQLITE_READONLY,
            ffi::SQLITE_READONLY_DIRECTORY,
            ffi::SQLITE_CANTOPEN,
            ffi::SQLITE_IOERR,
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_IOERR_SHMSIZE,
        ] {
            assert!(never_reached_the_disk(&failed(code)), "{code}");
        }
        for code in [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_DIR_FSYNC, ffi::SQLITE_CORRUPT] {
            assert!(!never_reached_the_disk(&failed(code)), "{code}");
        }
        assert!(!never_reached_the_disk(&rusqlite::Error::InvalidQuery));
    }
}
