//! Reading the outbox. Commits remove entries.

use bytes::Bytes;
use contract::Timestamp;
use rusqlite::Row;

use super::SqliteEngine;
use crate::engines::batch::OutboxEntry;
use crate::error::Unavailable;

impl SqliteEngine {
    pub(crate) fn read_outbox(
        &self,
        limit: usize,
        _: Timestamp,
    ) -> Result<Vec<OutboxEntry>, Unavailable> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT sequence, id, subject, body, committed_at FROM _outbox
                 ORDER BY sequence LIMIT ?1",
            )?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows = statement.query_map([limit], entry)?;
            rows.collect()
        })
        .map_err(|error| self.cannot("read the outbox of", error))
    }

    pub(crate) fn count_outbox(&self) -> Result<u64, Unavailable> {
        let count: i64 = self
            .read(|connection| {
                connection.query_row("SELECT count(*) FROM _outbox", [], |row| row.get(0))
            })
            .map_err(|error| self.cannot("read the outbox of", error))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<OutboxEntry> {
    let body: Vec<u8> = row.get(3)?;
    Ok(OutboxEntry {
        sequence: row.get(0)?,
        id: row.get(1)?,
        subject: row.get(2)?,
        body: Bytes::from(body),
        committed_at: Timestamp::from_unix_ms(row.get(4)?),
    })
}
