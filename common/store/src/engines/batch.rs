//! The vocabulary of the port to the storage engines: documents, batches of writes, outbox entries.

use std::any::Any;
use std::time::Duration;

use bytes::Bytes;
use contract::{Id, Timestamp};

use crate::collection::Collection;
use crate::document::Key;
use crate::error::Unavailable;

/// Age at which a replica also publishes the entries of another one: a healthy relay takes
/// milliseconds.
pub(crate) const ORPHANED_AFTER: Duration = Duration::from_secs(2);

/// A document read from an engine.
#[derive(Debug, Clone)]
pub struct StoredDocument {
    /// Its `_id`.
    pub id: String,
    /// The store's version: 1 when inserted, one more with every batch that replaces it.
    pub version: u64,
    /// Its JSON text.
    pub body: String,
}

impl StoredDocument {
    /// Decodes its text.
    ///
    /// # Errors
    /// [`Unavailable`], with the document's id, when it cannot be decoded.
    pub(crate) fn decode<T>(
        &self,
        collection: &Collection,
        decode: impl Fn(&str) -> Result<T, serde_json::Error>,
    ) -> Result<T, Unavailable> {
        decode(&self.body).map_err(|error| {
            let what = format!("cannot read {} {}", collection.name, self.id);
            Unavailable::caused_by(what, error)
        })
    }
}

/// A document to be written.
#[derive(Debug, Clone)]
pub struct Record {
    /// The collection it belongs to.
    pub collection: &'static Collection,
    /// Its `_id`.
    pub id: String,
    /// Its new version.
    pub version: u64,
    /// The values of [`Collection::fields`], in that order.
    pub keys: Vec<Key>,
    /// Its JSON text.
    pub body: String,
}

/// One write of a batch.
#[derive(Debug, Clone)]
pub enum Write {
    /// Adds a document; a conflict if the id is taken.
    Insert(Record),
    /// Replaces a document; a conflict unless it is at `expected_version`.
    Replace {
        /// The new document.
        record: Record,
        /// The version it replaces.
        expected_version: u64,
    },
    /// Removes a document; a conflict unless it is at `expected_version`.
    Delete {
        /// The collection it belongs to.
        collection: &'static Collection,
        /// Its `_id`.
        id: String,
        /// The version it removes.
        expected_version: u64,
    },
}

impl Write {
    /// The document that it changes, and the version that the document must have; none for one that
    /// must not exist.
    pub(crate) fn target(&self) -> (&'static Collection, &String, Option<u64>) {
        match self {
            Self::Insert(record) => (record.collection, &record.id, None),
            Self::Replace { record, expected_version } => {
                (record.collection, &record.id, Some(*expected_version))
            }
            Self::Delete { collection, id, expected_version } => {
                (collection, id, Some(*expected_version))
            }
        }
    }
}

/// A document that a batch depends on without changing it.
#[derive(Debug, Clone)]
pub struct Read {
    /// The collection it belongs to.
    pub collection: &'static Collection,
    /// Its `_id`.
    pub id: String,
    /// The version that was read; a conflict unless the document is still at it.
    pub expected_version: u64,
}

/// An envelope of messages of one type, before the engine assigns its sequence.
#[derive(Debug, Clone)]
pub struct NewOutboxEntry {
    /// Unique; becomes the bus message's id, so that a repeated publish has no effect.
    pub id: Id,
    /// `market.user.created`
    pub subject: String,
    /// A CloudEvents JSON batch.
    pub body: Bytes,
    /// When it was committed.
    pub committed_at: Timestamp,
}

/// Identifies a batch of a committer, to resolve an unknown outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    /// The committer, new at every start.
    pub committer: Id,
    /// The number of the batch, from 1.
    pub sequence: u64,
}

/// Everything that one commit writes: all or nothing.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Recorded with the batch.
    pub marker: Marker,
    /// Documents; each at most once.
    pub writes: Vec<Write>,
    /// Documents that the decisions read and did not write; each at most once.
    pub reads: Vec<Read>,
    /// Messages, in the order of their publication.
    pub outbox: Vec<NewOutboxEntry>,
    /// Outbox entries to remove, which have reached the bus.
    pub published: Vec<i64>,
    /// When it was committed.
    pub committed_at: Timestamp,
}

impl Batch {
    /// The documents that it writes or depends on, with the versions that they must have; none for
    /// one that must not exist.
    pub(crate) fn touched(
        &self,
    ) -> impl Iterator<Item = (&'static Collection, &String, Option<u64>)> {
        let read = self.reads.iter();
        let read = read.map(|read| (read.collection, &read.id, Some(read.expected_version)));
        self.writes.iter().map(Write::target).chain(read)
    }
}

/// A version or sequence as the integer type of the engines.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The snapshot that the decisions of one batch read, in a type of its engine. Where other replicas
/// write too, all documents are from one moment: a decision never reads one document from before
/// another replica's commit and a second one from after it.
#[derive(Default)]
pub(crate) struct View(Option<Box<dyn Any + Send>>);

impl View {
    /// Takes the snapshot out; `None` before the first load.
    pub(crate) fn take<S: 'static>(&mut self) -> Option<Box<S>> {
        self.0.take()?.downcast().ok()
    }

    /// Stores the snapshot for the next load or the commit.
    pub(crate) fn keep<S: Send + 'static>(&mut self, snapshot: Box<S>) {
        self.0 = Some(snapshot);
    }
}

/// Why a commit did not (or may not) have happened.
#[derive(Debug)]
pub enum CommitError {
    /// These documents are not at the expected version; nothing was written.
    Conflict(Vec<(&'static Collection, String)>),
    /// Nothing was written.
    Failed(Unavailable),
    /// The batch may have been written; its marker can resolve that later.
    Unknown(Unavailable),
}

/// A committed envelope that has not been removed; it is published at least once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its sequence in the order of commits.
    pub sequence: i64,
    /// Unique; the bus message's id.
    pub id: String,
    /// `market.user.created`
    pub subject: String,
    /// A CloudEvents JSON batch.
    pub body: Bytes,
    /// When it was committed.
    pub committed_at: Timestamp,
}
