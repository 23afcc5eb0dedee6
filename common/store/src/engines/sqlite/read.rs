//! Loads by `_id`, queries on declared indexes, and the outbox, whose entries commits remove.

use std::fmt::Write as _;

use bytes::Bytes;
use contract::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::SqliteEngine;
use crate::collection::{Collection, Index};
use crate::document::Key;
use crate::engines::batch::{OutboxEntry, StoredDocument, View};
use crate::error::Unavailable;
use crate::reads::query::{Candidate, Direction, Position, Query};

impl SqliteEngine {
    /// No other process writes, so a view needs no snapshot.
    pub(crate) fn load(
        &self,
        _: Option<&mut View>,
        collection: &'static Collection,
        ids: &[&str],
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        let table = self.table(collection)?;
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&table.load_one)?;
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                let mut rows = statement.query([id])?;
                if let Some(row) = rows.next()? {
                    found.push(stored(row)?);
                }
            }
            Ok(found)
        })
        .map_err(|error| self.cannot(&format!("load {} from", collection.name), error))
    }

    pub(crate) fn query(
        &self,
        collection: &'static Collection,
        query: &Query,
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        let index = query.index_in(collection)?;
        let (sql, values) = select("_id, version, body", collection, index, query);
        self.read(|connection| run(connection, &sql, &values))
            .map_err(|error| self.cannot(&format!("query {} in", collection.name), error))
    }

    /// Runs on a thread for blocking work, since it may examine far more pages than other reads.
    pub(crate) async fn candidates(
        &self,
        collection: &'static Collection,
        query: &Query,
        field: &'static str,
    ) -> Result<Vec<Candidate>, Unavailable> {
        let index = query.index_in(collection)?;
        let columns = format!("_id, \"{}\", \"{field}\"", index.sort_field());
        let (sql, values) = select(&columns, collection, index, query);
        let engine = self.clone();
        let reading = tokio::task::spawn_blocking(move || {
            engine
                .read(|connection| {
                    let mut statement = connection.prepare_cached(&sql)?;
                    let rows =
                        statement.query_map(rusqlite::params_from_iter(&values), candidate)?;
                    rows.collect()
                })
                .map_err(|error| engine.cannot(&format!("search {} in", collection.name), error))
        });
        let what = || format!("cannot search {}", collection.name);
        reading.await.map_err(|error| Unavailable::caused_by(what(), error))?
    }

    pub(crate) fn scan(
        &self,
        collection: &'static Collection,
        after: &str,
        limit: u32,
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        let name = collection.name;
        let sql = format!(
            "SELECT _id, version, body FROM \"{name}\" WHERE _id > ? ORDER BY _id LIMIT {limit}"
        );
        self.read(|connection| run(connection, &sql, &[Key::from(after)]))
            .map_err(|error| self.cannot(&format!("scan {name} in"), error))
    }

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

fn select(
    columns: &str,
    collection: &Collection,
    index: &Index,
    query: &Query,
) -> (String, Vec<Key>) {
    let (first, sort) = (index.first_field(), index.sort_field());
    let mut sql =
        format!("SELECT {columns} FROM \"{}\" WHERE \"{first}\" IS NOT NULL", collection.name);
    let mut values: Vec<Key> = Vec::new();
    let mut condition = |text: &str, bound: &[&Key]| {
        // Writing to a string cannot fail.
        let _ = write!(sql, " AND {text}");
        values.extend(bound.iter().copied().cloned());
    };
    for (field, key) in index.fields.iter().zip(&query.equals) {
        condition(&format!("\"{field}\" = ?"), &[key]);
    }
    if let Some(key) = &query.from {
        condition(&format!("\"{sort}\" >= ?"), &[key]);
    }
    if let Some(key) = &query.to {
        condition(&format!("\"{sort}\" <= ?"), &[key]);
    }
    let (order, behind) = match query.direction {
        Direction::Ascending => ("ASC", ">"),
        Direction::Descending => ("DESC", "<"),
    };
    if let Some(position) = &query.after {
        let id = Key::from(position.id.as_str());
        condition(&format!("(\"{sort}\", _id) {behind} (?, ?)"), &[&position.key, &id]);
    }
    let _ = write!(sql, " ORDER BY \"{sort}\" {order}, _id {order} LIMIT {}", query.limit);
    (sql, values)
}

fn run(
    connection: &Connection,
    sql: &str,
    values: &[Key],
) -> rusqlite::Result<Vec<StoredDocument>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(rusqlite::params_from_iter(values), stored)?;
    rows.collect()
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredDocument> {
    let version: i64 = row.get(1)?;
    Ok(StoredDocument {
        id: row.get(0)?,
        version: u64::try_from(version).unwrap_or_default(),
        body: row.get(2)?,
    })
}

fn candidate(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    let key = |value| match value {
        ValueRef::Integer(value) => Key::Integer(value),
        ValueRef::Text(value) => Key::Text(String::from_utf8_lossy(value).into_owned()),
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => Key::Null,
    };
    Ok(Candidate {
        position: Position { id: row.get(0)?, key: key(row.get_ref(1)?) },
        text: key(row.get_ref(2)?),
    })
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
