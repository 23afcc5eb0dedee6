//! The contents of a memory engine.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use contract::{Id, Timestamp};

use crate::collection::{Collection, Index};
use crate::document::Key;
use crate::engines::batch::{
    Batch, CommitError, Content, Expected, Marker, OutboxEntry, StoredDocument, Write,
};
use crate::error::Unavailable;
use crate::reads::query::{Candidate, Direction, Position, Query};

#[derive(Debug, Clone, Default)]
pub(super) struct Contents {
    collections: HashMap<&'static str, Documents>,
    /// Entries by sequence, each with its writer.
    outbox: BTreeMap<i64, (u64, OutboxEntry)>,
    writers: u64,
    last_sequence: i64,
    /// The time of the last entry of each writer. It does not fall when the clock is set back, so
    /// that entries become orphaned in their order, as by the sequences of MongoDB.
    last_times: HashMap<u64, Timestamp>,
    marks: HashMap<Id, u64>,
}

#[derive(Debug, Clone)]
struct Record {
    stored: StoredDocument,
    keys: Vec<Key>,
}

#[derive(Debug, Clone, Default)]
struct Documents {
    fields: Vec<&'static str>,
    by_id: BTreeMap<String, Record>,
}

impl Contents {
    pub(super) fn declare(&mut self, collections: &[&'static Collection]) {
        for collection in collections {
            self.collections.entry(collection.name).or_default().fields = collection.fields();
        }
    }

    fn documents(&self, collection: &Collection) -> Result<&Documents, Unavailable> {
        self.collections.get(collection.name).ok_or_else(|| {
            Unavailable::new(format!("cannot use {}: it is not declared", collection.name))
        })
    }

    pub(super) fn load(
        &self,
        collection: &Collection,
        ids: &[&str],
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        let documents = self.documents(collection)?;
        Ok(ids
            .iter()
            .filter_map(|id| documents.by_id.get(*id))
            .map(|record| record.stored.clone())
            .collect())
    }

    pub(super) fn query(
        &self,
        collection: &Collection,
        query: &Query,
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        let (_, records) = self.records(collection, query)?;
        Ok(records.into_iter().map(|record| record.stored.clone()).collect())
    }

    pub(super) fn candidates(
        &self,
        collection: &Collection,
        query: &Query,
        field: &'static str,
    ) -> Result<Vec<Candidate>, Unavailable> {
        let (documents, records) = self.records(collection, query)?;
        let index = query.index_in(collection)?;
        let sort = index.sort_field();
        let key = |record: &Record, field: &str| documents.key(record, field).clone();
        let candidate = |record: &Record| Candidate {
            position: Position { key: key(record, sort), id: record.stored.id.clone() },
            text: key(record, field),
        };
        Ok(records.into_iter().map(candidate).collect())
    }

    fn records(
        &self,
        collection: &Collection,
        query: &Query,
    ) -> Result<(&Documents, Vec<&Record>), Unavailable> {
        let documents = self.documents(collection)?;
        let index = query.index_in(collection)?;
        let sort = index.sort_field();
        let order = |a: &Record, b: &Record| {
            let by_sort = documents.key(a, sort).cmp(documents.key(b, sort));
            directed(query.direction, by_sort.then_with(|| a.stored.id.cmp(&b.stored.id)))
        };
        let mut found: Vec<&Record> = documents
            .by_id
            .values()
            .filter(|record| documents.matches(record, index, query))
            .collect();
        found.sort_by(|a, b| order(a, b));
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        found.truncate(limit);
        Ok((documents, found))
    }

    pub(super) fn scan(
        &self,
        collection: &'static Collection,
        after: &str,
        limit: u32,
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        let by_id = &self.documents(collection)?.by_id;
        let behind = by_id.range::<str, _>((Bound::Excluded(after), Bound::Unbounded));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(behind.take(limit).map(|(_, record)| record.stored.clone()).collect())
    }

    pub(super) fn commit(&mut self, batch: &Batch, writer: u64) -> Result<(), CommitError> {
        self.check(batch)?;
        for Write { expected, content } in &batch.writes {
            let by_id = &mut self.collections.entry(expected.collection.name).or_default().by_id;
            let (id, version) = (expected.id.clone(), expected.next_version());
            match content.clone() {
                Some(Content { keys, body }) => {
                    let stored = StoredDocument { id: id.clone(), version, body };
                    by_id.insert(id, Record { stored, keys });
                }
                None => drop(by_id.remove(&id)),
            }
        }
        for entry in &batch.outbox {
            self.last_sequence += 1;
            let time = self.last_times.entry(writer).or_insert(entry.committed_at);
            *time = (*time).max(entry.committed_at);
            let entry = OutboxEntry {
                sequence: self.last_sequence,
                id: entry.id.to_string(),
                subject: entry.subject.clone(),
                body: entry.body.clone(),
                committed_at: *time,
            };
            self.outbox.insert(self.last_sequence, (writer, entry));
        }
        for sequence in &batch.published {
            self.outbox.remove(sequence);
        }
        self.marks.insert(batch.marker.committer, batch.marker.sequence);
        Ok(())
    }

    fn check(&self, batch: &Batch) -> Result<(), CommitError> {
        for Expected { collection, id, version } in batch.expected() {
            let documents = self.documents(collection).map_err(CommitError::Failed)?;
            if documents.by_id.get(id).map(|record| record.stored.version) != *version {
                return Err(CommitError::Conflict);
            }
        }
        Ok(())
    }

    pub(super) fn was_committed(&self, marker: Marker) -> bool {
        self.marks.get(&marker.committer).is_some_and(|last| *last >= marker.sequence)
    }

    /// The oldest entries that are wanted, given the writer of each.
    pub(super) fn outbox(
        &self,
        limit: usize,
        is_wanted: impl Fn(u64, &OutboxEntry) -> bool,
    ) -> Vec<OutboxEntry> {
        let wanted = self.outbox.values().filter(|(writer, entry)| is_wanted(*writer, entry));
        wanted.take(limit).map(|(_, entry)| entry.clone()).collect()
    }

    pub(super) fn next_writer(&mut self) -> u64 {
        self.writers += 1;
        self.writers
    }

    pub(super) fn outbox_length(&self) -> u64 {
        u64::try_from(self.outbox.len()).unwrap_or(u64::MAX)
    }
}

impl Documents {
    fn key<'r>(&self, record: &'r Record, field: &str) -> &'r Key {
        let at = self.fields.iter().position(|known| *known == field);
        at.and_then(|at| record.keys.get(at)).unwrap_or(&Key::Null)
    }

    fn matches(&self, record: &Record, index: &Index, query: &Query) -> bool {
        let key = |field: &str| self.key(record, field);
        let sort = key(index.sort_field());
        let indexed = *key(index.first_field()) != Key::Null;
        let behind = query.after.as_ref().is_none_or(|position| {
            let order = sort.cmp(&position.key).then_with(|| record.stored.id.cmp(&position.id));
            directed(query.direction, order) == Ordering::Greater
        });
        indexed
            && behind
            && index.fields.iter().zip(&query.equals).all(|(field, wanted)| key(field) == wanted)
            && query.from.as_ref().is_none_or(|from| sort >= from)
            && query.to.as_ref().is_none_or(|to| sort <= to)
    }
}

fn directed(direction: Direction, order: Ordering) -> Ordering {
    match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}
