//! The documents of the batch that is being decided, and the effects of its decisions.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::Arc;

use contract::Outgoing;
use indexmap::IndexSet;
use sources::Trace;

use crate::collection::Collection;
use crate::document::{AnyDocument, Decode, Document, decode};
use crate::engines::batch::{Expected, StoredDocument, next_version};
use crate::error::{Loaded, NotLoaded, Unavailable};

/// A document's collection and `_id`.
pub(crate) type DocumentKey = (&'static str, Arc<str>);

pub(crate) struct StagedWrite {
    pub(crate) collection: &'static Collection,
    pub(crate) id: Arc<str>,
    pub(crate) document: Option<Arc<dyn AnyDocument>>,
}

#[derive(Default)]
pub(crate) struct DecisionEffects {
    pub(crate) staged: Vec<StagedWrite>,
    pub(crate) messages: Vec<Outgoing>,
    pub(crate) load_requests: Vec<LoadRequest>,
    /// The documents that it read outside its own writes.
    pub(crate) reads: Vec<DocumentKey>,
    pub(crate) misuse: Option<String>,
}

/// A document to load.
#[derive(Clone)]
pub(crate) struct LoadRequest {
    pub(crate) collection: &'static Collection,
    pub(crate) id: Arc<str>,
    pub(crate) decode: Decode,
}

impl LoadRequest {
    pub(crate) fn key(&self) -> DocumentKey {
        (self.collection.name, Arc::clone(&self.id))
    }
}

/// Documents that a decision declares to read: all of them are loaded at once, before it runs.
#[derive(Default)]
pub struct Reads(pub(crate) Vec<LoadRequest>);

impl Reads {
    /// Adds the documents with these `_id`s.
    #[must_use]
    pub fn and<D: Document>(mut self, ids: impl IntoIterator<Item = impl Display>) -> Self {
        self.0.extend(ids.into_iter().map(|id| request::<D>(id.to_string().into())));
        self
    }
}

pub(crate) fn request<D: Document>(id: Arc<str>) -> LoadRequest {
    LoadRequest { collection: D::COLLECTION, id, decode: decode::<D> }
}

/// A document in memory: its version in the engine, and its current state.
#[derive(Clone)]
pub(crate) struct Slot {
    pub(crate) collection: &'static Collection,
    /// The engine's version; `None` if the document does not exist there.
    pub(crate) stored_version: Option<u64>,
    /// The state after the decisions so far; `None` if it does not exist.
    pub(crate) document: Option<Arc<dyn AnyDocument>>,
}

impl Slot {
    pub(crate) fn absent(collection: &'static Collection) -> Self {
        Self { collection, stored_version: None, document: None }
    }

    pub(crate) fn of(
        collection: &'static Collection,
        stored: &StoredDocument,
        decode: Decode,
    ) -> Result<Self, Unavailable> {
        let document = Some(stored.decode(collection, decode)?);
        Ok(Self { collection, stored_version: Some(stored.version), document })
    }

    /// The same document after the commit of the batch.
    pub(crate) fn committed(&self) -> Self {
        Self { stored_version: Some(next_version(self.stored_version)), ..self.clone() }
    }

    /// The document, at the version that it must have at the commit.
    pub(crate) fn expected(&self, id: &str) -> Expected {
        let &Self { collection, stored_version: version, .. } = self;
        Expected { collection, id: id.to_owned(), version }
    }
}

/// The state of a batch between its decisions.
#[derive(Default)]
pub(crate) struct BatchState {
    slots: HashMap<DocumentKey, Slot>,
    /// In order of the first write, so that the same decisions give the same batch.
    written: IndexSet<DocumentKey>,
    /// Documents that accepted writing decisions read, in order of the first read.
    read: IndexSet<DocumentKey>,
    pub(crate) messages: Vec<(Outgoing, Option<Trace>)>,
    /// Whether an earlier attempt conflicted: a document may exist that a decision inserts unread.
    pub(crate) is_retry: bool,
}

impl BatchState {
    /// The document in memory, if it exists.
    pub(crate) fn get(&self, key: &DocumentKey) -> Loaded<Option<Arc<dyn AnyDocument>>> {
        self.slots.get(key).map(|slot| slot.document.clone()).ok_or(NotLoaded(()))
    }

    /// The requests whose documents are not in memory.
    pub(crate) fn missing(&self, requests: &[LoadRequest]) -> Vec<LoadRequest> {
        let missing = requests.iter().filter(|request| !self.slots.contains_key(&request.key()));
        missing.cloned().collect()
    }

    pub(crate) fn put(&mut self, key: DocumentKey, slot: Slot) {
        self.slots.insert(key, slot);
    }

    /// Adds the effects of an accepted decision.
    pub(crate) fn merge(
        &mut self,
        DecisionEffects { staged, messages, reads, .. }: DecisionEffects,
        trace: Option<&Trace>,
    ) {
        if !staged.is_empty() || !messages.is_empty() {
            self.read.extend(reads);
        }
        for StagedWrite { collection, id, document } in staged {
            let key = (collection.name, id);
            let slot = self.slots.entry(key.clone()).or_insert_with(|| Slot::absent(collection));
            slot.document = document;
            self.written.insert(key);
        }
        self.messages.extend(messages.into_iter().map(|message| (message, trace.copied())));
    }

    /// Every written document, in order of the first write.
    pub(crate) fn written(&self) -> impl Iterator<Item = (&DocumentKey, &Slot)> {
        self.written.iter().filter_map(|key| self.slots.get_key_value(key))
    }

    /// Every document that the batch depends on without writing it.
    pub(crate) fn read(&self) -> impl Iterator<Item = Expected> {
        self.read.difference(&self.written).filter_map(|key| {
            // A document that does not exist has no version to compare.
            let slot = self.slots.get(key).filter(|slot| slot.stored_version.is_some())?;
            Some(slot.expected(&key.1))
        })
    }

    pub(crate) fn has_changes(&self) -> bool {
        !self.written.is_empty() || !self.messages.is_empty()
    }
}
