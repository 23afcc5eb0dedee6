//! The interface of decisions. A decision is synchronous, pure, and may run several times.

use std::fmt;
use std::sync::Arc;

use contract::{Outgoing, Timestamp};

use crate::commits::batch_state::{BatchState, DecisionEffects, DocumentKey, StagedWrite, request};
use crate::document::{AnyDocument, Document};
use crate::error::Loaded;

/// One decision's view of the store: the committed documents, the writes of earlier decisions of
/// the batch, and its own writes on top. Its writes become visible only when it is accepted.
pub struct Tx<'w> {
    state: &'w BatchState,
    now: Timestamp,
    pub(crate) effects: DecisionEffects,
}

/// A position within a decision to roll back to.
#[derive(Debug, Clone, Copy)]
pub struct Savepoint {
    staged: usize,
    messages: usize,
}

impl<'w> Tx<'w> {
    pub(crate) fn new(state: &'w BatchState, now: Timestamp) -> Self {
        Self { state, now, effects: DecisionEffects::default() }
    }

    /// The time at which the batch is decided: the same for each of its decisions.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The document with this `_id`; `None` if it does not exist.
    ///
    /// # Errors
    /// To be returned with `?`: the committer loads the document and runs the decision again.
    pub fn get<D: Document>(&mut self, id: impl fmt::Display) -> Loaded<Option<D>> {
        let key = (D::COLLECTION.name, Arc::from(id.to_string()));
        match self.look_up(&key) {
            Ok(Some(document)) => {
                self.effects.reads.push(key);
                Ok(self.typed(document.as_ref()))
            }
            Ok(None) => Ok(None),
            Err(not_loaded) => {
                self.effects.load_requests.push(request::<D>(key.1));
                Err(not_loaded)
            }
        }
    }

    /// The documents with these `_id`s, in the given order; all missing ones are loaded at once.
    ///
    /// # Errors
    /// As [`Tx::get`].
    pub fn get_all<D: Document>(&mut self, ids: &[impl fmt::Display]) -> Loaded<Vec<Option<D>>> {
        let documents: Vec<_> = ids.iter().map(|id| self.get::<D>(id)).collect();
        documents.into_iter().collect()
    }

    /// Adds a document with an unused `_id`: a new one, or one that [`Tx::get`] did not find.
    pub fn insert<D: Document>(&mut self, document: D) {
        let id = document.document_id();
        match self.stage(id.clone(), Some(document)) {
            Ok(Some(_)) => self.note_misuse("inserts a document that exists", D::COLLECTION.name),
            Err(_) if self.state.is_retry => {
                self.effects.load_requests.push(request::<D>(id.into()));
            }
            Ok(None) | Err(_) => {}
        }
    }

    /// Replaces a document that [`Tx::get`] found.
    pub fn save<D: Document>(&mut self, document: D) {
        if !matches!(self.stage(document.document_id(), Some(document)), Ok(Some(_))) {
            self.note_misuse("saves a document it did not find", D::COLLECTION.name);
        }
    }

    /// Writes a document that [`Tx::get`] looked up, whether it exists or not.
    pub fn put<D: Document>(&mut self, document: D) {
        if self.stage(document.document_id(), Some(document)).is_err() {
            self.note_misuse("puts a document it did not look up", D::COLLECTION.name);
        }
    }

    /// Removes a document that [`Tx::get`] found.
    pub fn delete<D: Document>(&mut self, id: impl fmt::Display) {
        if !matches!(self.stage::<D>(id.to_string(), None), Ok(Some(_))) {
            self.note_misuse("deletes a document it did not find", D::COLLECTION.name);
        }
    }

    /// Publishes a message, once and only if this decision is committed.
    pub fn publish(&mut self, message: Outgoing) {
        self.effects.messages.push(message);
    }

    /// A position for [`Tx::roll_back_to`].
    #[must_use]
    pub fn savepoint(&self) -> Savepoint {
        Savepoint { staged: self.effects.staged.len(), messages: self.effects.messages.len() }
    }

    /// Drops the writes and messages since the savepoint.
    pub fn roll_back_to(&mut self, savepoint: Savepoint) {
        self.effects.staged.truncate(savepoint.staged);
        self.effects.messages.truncate(savepoint.messages);
    }

    fn look_up(&self, key: &DocumentKey) -> Loaded<Option<Arc<dyn AnyDocument>>> {
        let mut newest_first = self.effects.staged.iter().rev();
        match newest_first.find(|own| own.collection.name == key.0 && own.id == key.1) {
            Some(own) => Ok(own.document.clone()),
            None => self.state.get(key),
        }
    }

    fn typed<D: Document>(&mut self, document: &dyn AnyDocument) -> Option<D> {
        let typed = document.as_any().downcast_ref::<D>().cloned();
        if typed.is_none() {
            self.note_misuse("reads a document as another type", D::COLLECTION.name);
        }
        typed
    }

    /// Adds a write; returns the state of the document before it.
    fn stage<D: Document>(
        &mut self,
        id: String,
        document: Option<D>,
    ) -> Loaded<Option<Arc<dyn AnyDocument>>> {
        let (collection, id) = (D::COLLECTION, Arc::<str>::from(id));
        let before = self.look_up(&(collection.name, Arc::clone(&id)));
        let document = document.map(|document| -> Arc<dyn AnyDocument> { Arc::new(document) });
        self.effects.staged.push(StagedWrite { collection, id, document });
        before
    }

    /// Without the document's id, which may be an e-mail address: this is logged.
    fn note_misuse(&mut self, what: &str, collection: &str) {
        self.effects.misuse.get_or_insert_with(|| format!("a decision {what}: {collection}"));
    }
}
