//! What a decision sees and may do. A decision is synchronous, pure, and may be run again.

use std::fmt;
use std::sync::Arc;

use contract::{Outgoing, Timestamp};

use crate::document::{AnyDocument, Document, decode};
use crate::error::NotLoaded;
use crate::working::{Known, Want, Working};

/// One decision's view of the store: what was committed, what the decisions before it in the batch wrote, and its own
/// writes on top. Nothing it writes is seen by anybody before it has ended well.
pub struct Tx<'w> {
    working: &'w Working,
    now: Timestamp,
    staged: Vec<Staged>,
    messages: Vec<Outgoing>,
    wants: Vec<Want>,
    reads: Vec<(&'static str, Arc<str>)>,
    misuse: Option<String>,
}

pub(crate) struct Staged {
    pub(crate) collection: &'static crate::Collection,
    pub(crate) id: Arc<str>,
    pub(crate) document: Option<Arc<dyn AnyDocument>>,
}

/// What a decision left behind when it ended.
pub(crate) struct Traces {
    pub(crate) staged: Vec<Staged>,
    pub(crate) messages: Vec<Outgoing>,
    pub(crate) wants: Vec<Want>,
    /// What it found outside its own writes.
    pub(crate) reads: Vec<(&'static str, Arc<str>)>,
    pub(crate) misuse: Option<String>,
}

/// A place to roll back to within one decision.
#[derive(Debug, Clone, Copy)]
pub struct Savepoint {
    staged: usize,
    messages: usize,
}

impl<'w> Tx<'w> {
    pub(crate) fn new(working: &'w Working, now: Timestamp) -> Self {
        Self {
            working,
            now,
            staged: Vec::new(),
            messages: Vec::new(),
            wants: Vec::new(),
            reads: Vec::new(),
            misuse: None,
        }
    }

    pub(crate) fn into_traces(self) -> Traces {
        Traces {
            staged: self.staged,
            messages: self.messages,
            wants: self.wants,
            reads: self.reads,
            misuse: self.misuse,
        }
    }

    /// The time of the decision: the same for every decision of a batch, read when the batch is decided.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The document with this `_id`; `None` if there is none.
    ///
    /// # Errors
    /// [`NotLoaded`], to be passed on with `?`: the committer loads the document and decides again.
    pub fn get<D: Document>(&mut self, id: impl fmt::Display) -> Result<Option<D>, NotLoaded> {
        let id = id.to_string();
        match self.look_up(D::COLLECTION.name, &id) {
            Known::Present(document) => {
                self.reads.push((D::COLLECTION.name, id.as_str().into()));
                Ok(self.typed(document.as_ref()))
            }
            Known::Absent => Ok(None),
            Known::Not => Err(self.want::<D>(id)),
        }
    }

    /// The documents with these `_id`s, in the order asked; all that are missing are loaded at once.
    ///
    /// # Errors
    /// [`NotLoaded`], to be passed on with `?`.
    pub fn get_all<D: Document>(
        &mut self,
        ids: &[impl fmt::Display],
    ) -> Result<Vec<Option<D>>, NotLoaded> {
        let answers: Vec<_> = ids.iter().map(|id| self.get::<D>(id)).collect();
        answers.into_iter().collect()
    }

    /// Adds a document whose `_id` is not taken: one just minted, or one that [`Tx::get`] did not find.
    pub fn insert<D: Document>(&mut self, document: D) {
        let id = document.document_id();
        if let Known::Present(_) = self.look_up(D::COLLECTION.name, &id) {
            self.note_misuse("inserts a document that exists", D::COLLECTION.name);
        }
        self.stage(D::COLLECTION, id, Some(Arc::new(document)));
    }

    /// Replaces a document that [`Tx::get`] found.
    pub fn save<D: Document>(&mut self, document: D) {
        let id = document.document_id();
        if !matches!(self.look_up(D::COLLECTION.name, &id), Known::Present(_)) {
            self.note_misuse("saves a document it did not find", D::COLLECTION.name);
        }
        self.stage(D::COLLECTION, id, Some(Arc::new(document)));
    }

    /// Stores a document that [`Tx::get`] looked up, whether it found one or not.
    pub fn put<D: Document>(&mut self, document: D) {
        let id = document.document_id();
        if matches!(self.look_up(D::COLLECTION.name, &id), Known::Not) {
            self.note_misuse("puts a document it did not look up", D::COLLECTION.name);
        }
        self.stage(D::COLLECTION, id, Some(Arc::new(document)));
    }

    /// Removes a document that [`Tx::get`] found.
    pub fn delete<D: Document>(&mut self, id: impl fmt::Display) {
        let id = id.to_string();
        if !matches!(self.look_up(D::COLLECTION.name, &id), Known::Present(_)) {
            self.note_misuse("deletes a document it did not find", D::COLLECTION.name);
        }
        self.stage(D::COLLECTION, id, None);
    }

    /// Sends a message once, and only if, this decision is committed.
    pub fn publish(&mut self, message: Outgoing) {
        self.messages.push(message);
    }

    /// A place that [`Tx::roll_back_to`] returns to.
    #[must_use]
    pub fn savepoint(&self) -> Savepoint {
        Savepoint { staged: self.staged.len(), messages: self.messages.len() }
    }

    /// Forgets what was written and published since the savepoint was taken.
    pub fn roll_back_to(&mut self, savepoint: Savepoint) {
        self.staged.truncate(savepoint.staged);
        self.messages.truncate(savepoint.messages);
    }

    fn look_up(&self, collection: &str, id: &str) -> Known {
        let mut newest_first = self.staged.iter().rev();
        match newest_first.find(|own| own.collection.name == collection && &*own.id == id) {
            Some(own) => Known::of(own.document.clone()),
            None => self.working.get(collection, id),
        }
    }

    fn typed<D: Document>(&mut self, document: &dyn AnyDocument) -> Option<D> {
        let typed = document.as_any().downcast_ref::<D>().cloned();
        if typed.is_none() {
            self.note_misuse("reads a document as another type", D::COLLECTION.name);
        }
        typed
    }

    fn want<D: Document>(&mut self, id: String) -> NotLoaded {
        self.wants.push(Want { collection: D::COLLECTION, id: id.into(), decode: decode::<D> });
        NotLoaded(())
    }

    fn stage(
        &mut self,
        collection: &'static crate::Collection,
        id: String,
        document: Option<Arc<dyn AnyDocument>>,
    ) {
        self.staged.push(Staged { collection, id: id.into(), document });
    }

    /// Without the document's id, which may be an e-mail address: this is logged.
    fn note_misuse(&mut self, what: &str, collection: &str) {
        self.misuse.get_or_insert_with(|| format!("a decision {what}: {collection}"));
    }
}
