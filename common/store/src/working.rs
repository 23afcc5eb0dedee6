//! The documents of the batch being decided, and what its decisions made of them.

use std::collections::HashMap;
use std::sync::Arc;

use contract::Outgoing;
use sources::Trace;

use crate::collection::Collection;
use crate::document::{AnyDocument, Decode};
use crate::engine::StoredDocument;
use crate::error::Unavailable;
use crate::tx::{Staged, Traces};

/// A document that a decision asked for and that has to be loaded.
#[derive(Clone)]
pub(crate) struct Want {
    pub(crate) collection: &'static Collection,
    pub(crate) id: Arc<str>,
    pub(crate) decode: Decode,
}

/// A document in memory: its version in the engine, and its present state.
#[derive(Clone)]
pub(crate) struct Slot {
    pub(crate) collection: &'static Collection,
    /// The version the engine has; `None` if it has no such document.
    pub(crate) stored_version: Option<u64>,
    /// The state after the decisions so far; `None` if it does not exist.
    pub(crate) document: Option<Arc<dyn AnyDocument>>,
    pub(crate) change: Change,
    /// Whether a decision that wrote something rests on it.
    pub(crate) is_read: bool,
}

impl Slot {
    /// A document as an engine gave it.
    ///
    /// # Errors
    /// [`Unavailable`] when it cannot be read.
    pub(crate) fn of(
        collection: &'static Collection,
        stored: &StoredDocument,
        decode: Decode,
    ) -> Result<Self, Unavailable> {
        let document = stored.decode(collection, decode)?;
        Ok(Self {
            collection,
            stored_version: Some(stored.version),
            document: Some(document),
            change: Change::None,
            is_read: false,
        })
    }
}

/// What is known of a document without asking the engine.
pub(crate) enum Known {
    /// Nothing.
    Not,
    /// There is none with that id.
    Absent,
    /// This is its state.
    Present(Arc<dyn AnyDocument>),
}

impl Known {
    pub(crate) fn of(document: Option<Arc<dyn AnyDocument>>) -> Self {
        document.map_or(Self::Absent, Self::Present)
    }
}

/// Whether the batch changes a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    Written,
}

/// The state of a batch between its decisions.
#[derive(Default)]
pub(crate) struct Working {
    slots: HashMap<&'static str, HashMap<Arc<str>, Slot>>,
    /// Order of first write, so that batches are the same for the same decisions.
    written: Vec<(&'static str, Arc<str>)>,
    /// What decisions that ended well and wrote something had read, in order of first reading.
    read: Vec<(&'static str, Arc<str>)>,
    pub(crate) messages: Vec<(Outgoing, Option<Trace>)>,
}

impl Working {
    pub(crate) fn get(&self, collection: &str, id: &str) -> Known {
        match self.slots.get(collection).and_then(|slots| slots.get(id)) {
            Some(slot) => Known::of(slot.document.clone()),
            None => Known::Not,
        }
    }

    /// Puts a loaded or cached document in place.
    pub(crate) fn put(&mut self, id: Arc<str>, slot: Slot) {
        self.slots.entry(slot.collection.name).or_default().insert(id, slot);
    }

    /// Takes over what a decision that ended well wrote and published.
    pub(crate) fn merge(
        &mut self,
        Traces { staged, messages, reads, .. }: Traces,
        trace: Option<&Trace>,
    ) {
        if !staged.is_empty() || !messages.is_empty() {
            self.rest_on(reads);
        }
        for Staged { collection, id, document } in staged {
            let slots = self.slots.entry(collection.name).or_default();
            let slot = slots.entry(Arc::clone(&id)).or_insert(Slot {
                collection,
                stored_version: None,
                document: None,
                change: Change::None,
                is_read: false,
            });
            if slot.change == Change::None {
                self.written.push((collection.name, id));
            }
            slot.document = document;
            slot.change = Change::Written;
        }
        self.messages.extend(messages.into_iter().map(|message| (message, trace.copied())));
    }

    /// Every written document, in order of first write.
    pub(crate) fn written(&self) -> impl Iterator<Item = (&Arc<str>, &Slot)> {
        self.written
            .iter()
            .filter_map(|(collection, id)| self.slots.get(collection)?.get_key_value(id))
    }

    fn rest_on(&mut self, reads: Vec<(&'static str, Arc<str>)>) {
        for (collection, id) in reads {
            let slot = self.slots.get_mut(collection).and_then(|slots| slots.get_mut(&id));
            if let Some(slot) = slot
                && !slot.is_read
            {
                slot.is_read = true;
                self.read.push((collection, id));
            }
        }
    }

    /// Every document that the batch rests on without writing it, with the version that the engine had.
    pub(crate) fn read(&self) -> impl Iterator<Item = (&'static Collection, &Arc<str>, u64)> {
        self.read.iter().filter_map(|(collection, id)| {
            let slot = self.slots.get(collection)?.get(id)?;
            let is_unchanged = slot.change == Change::None;
            slot.stored_version
                .filter(|_| is_unchanged)
                .map(|version| (slot.collection, id, version))
        })
    }

    pub(crate) fn has_changes(&self) -> bool {
        !self.written.is_empty() || !self.messages.is_empty()
    }

    /// How a written document of this id would be loaded again.
    pub(crate) fn want_again(&self, collection: &str, id: &str) -> Option<Want> {
        let (id, slot) = self.slots.get(collection)?.get_key_value(id)?;
        let decode = slot.document.as_ref()?.decoder();
        Some(Want { collection: slot.collection, id: Arc::clone(id), decode })
    }
}
