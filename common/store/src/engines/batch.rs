//! The vocabulary of the port to the storage engines: documents, batches of writes, outbox entries.

use std::any::Any;
use std::time::Duration;

use bytes::Bytes;
use contract::{Id, Timestamp};

use crate::collection::Collection;
use crate::document::Key;
use crate::error::Unavailable;

/// Age at which a replica publishes another's entries too: a healthy relay takes milliseconds.
pub(crate) const ORPHANED_AFTER: Duration = Duration::from_secs(2);

/// Time for which the marker of a dead committer is kept; only its own process reads it.
pub(crate) const MARKERS_KEPT: Duration = Duration::from_hours(24);

/// A document read from an engine.
#[derive(Debug, Clone)]
pub(crate) struct StoredDocument {
    pub(crate) id: String,
    /// The store's version: 1 when inserted, one more with every batch that replaces it.
    pub(crate) version: u64,
    /// Its JSON text.
    pub(crate) body: String,
}

impl StoredDocument {
    /// Decodes its text; an error names the document.
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

/// A document, at the version that it must have at the commit.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The collection it belongs to.
    pub collection: &'static Collection,
    /// Its `_id`.
    pub id: String,
    /// `None` for a document that must not exist.
    pub version: Option<u64>,
}

impl Expected {
    /// The version that a write gives it.
    pub(crate) fn next_version(&self) -> u64 {
        next_version(self.version)
    }
}

/// The version that a write gives a document with this one.
pub(crate) fn next_version(version: Option<u64>) -> u64 {
    version.map_or(1, |version| version + 1)
}

/// One write of a batch: a conflict unless the document is as expected.
#[derive(Debug, Clone)]
pub struct Write {
    /// The document before the write; a removal has a version.
    pub expected: Expected,
    /// Its new content; `None` to remove it.
    pub content: Option<Content>,
}

/// The content of a document.
#[derive(Debug, Clone)]
pub struct Content {
    /// The values of [`Collection::fields`], in that order.
    pub keys: Vec<Key>,
    /// Its JSON text.
    pub body: String,
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
    /// Documents that the decisions read and did not write; each at most once, with a version.
    pub reads: Vec<Expected>,
    /// Messages, in the order of their publication.
    pub outbox: Vec<NewOutboxEntry>,
    /// Outbox entries to remove, which have reached the bus.
    pub published: Vec<i64>,
    /// When it was committed.
    pub committed_at: Timestamp,
}

impl Batch {
    /// A batch with nothing but its marker.
    pub(crate) fn empty(marker: Marker, committed_at: Timestamp) -> Self {
        let (writes, reads, outbox, published) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { marker, writes, reads, outbox, published, committed_at }
    }

    pub(crate) fn expected(&self) -> impl Iterator<Item = &Expected> {
        self.writes.iter().map(|write| &write.expected).chain(&self.reads)
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
pub(crate) enum CommitError {
    /// A document is not as expected; nothing was written.
    Conflict,
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
