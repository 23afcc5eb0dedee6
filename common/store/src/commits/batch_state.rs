//! The documents of the batch that is being decided, and the effects of its decisions.

use std::collections::HashMap;
use std::sync::Arc;

use contract::Outgoing;
use sources::Trace;

use crate::collection::Collection;
use crate::document::{AnyDocument, Decode};
use crate::engines::batch::StoredDocument;
use crate::error::Unavailable;

/// A write of a decision.
pub(crate) struct StagedWrite {
    pub(crate) collection: &'static Collection,
    pub(crate) id: Arc<str>,
    pub(crate) document: Option<Arc<dyn AnyDocument>>,
}

/// The effects of a decision.
pub(crate) struct DecisionEffects {
    pub(crate) staged: Vec<StagedWrite>,
    pub(crate) messages: Vec<Outgoing>,
    pub(crate) load_requests: Vec<LoadRequest>,
    /// The documents that it read outside its own writes.
    pub(crate) reads: Vec<(&'static str, Arc<str>)>,
    pub(crate) misuse: Option<String>,
}

/// A document that a decision needs and that must be loaded.
#[derive(Clone)]
pub(crate) struct LoadRequest {
    pub(crate) collection: &'static Collection,
    pub(crate) id: Arc<str>,
    pub(crate) decode: Decode,
}

/// A document in memory: its version in the engine, and its current state.
#[derive(Clone)]
pub(crate) struct Slot {
    pub(crate) collection: &'static Collection,
    /// The engine's version; `None` if the document does not exist there.
    pub(crate) stored_version: Option<u64>,
    /// The state after the decisions so far; `None` if it does not exist.
    pub(crate) document: Option<Arc<dyn AnyDocument>>,
    pub(crate) change: Change,
    /// Whether a writing decision read it.
    pub(crate) is_read: bool,
}

impl Slot {
    /// A document read from an engine.
    ///
    /// # Errors
    /// [`Unavailable`] when it cannot be decoded.
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

/// The state of a document in memory.
pub(crate) enum Lookup {
    /// It is not in memory.
    NotLoaded,
    /// It does not exist.
    Absent,
    /// It exists, with this state.
    Present(Arc<dyn AnyDocument>),
}

impl Lookup {
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
pub(crate) struct BatchState {
    slots: HashMap<&'static str, HashMap<Arc<str>, Slot>>,
    /// Order of the first write, so that the same decisions give the same batch.
    written: Vec<(&'static str, Arc<str>)>,
    /// Documents that accepted writing decisions read, in order of the first read.
    read: Vec<(&'static str, Arc<str>)>,
    pub(crate) messages: Vec<(Outgoing, Option<Trace>)>,
}

impl BatchState {
    pub(crate) fn get(&self, collection: &str, id: &str) -> Lookup {
        match self.slots.get(collection).and_then(|slots| slots.get(id)) {
            Some(slot) => Lookup::of(slot.document.clone()),
            None => Lookup::NotLoaded,
        }
    }

    /// Adds a loaded or cached document.
    pub(crate) fn put(&mut self, id: Arc<str>, slot: Slot) {
        self.slots.entry(slot.collection.name).or_default().insert(id, slot);
    }

    /// Adds the effects of an accepted decision.
    pub(crate) fn merge(
        &mut self,
        DecisionEffects { staged, messages, reads, .. }: DecisionEffects,
        trace: Option<&Trace>,
    ) {
        if !staged.is_empty() || !messages.is_empty() {
            self.depend_on(reads);
        }
        for StagedWrite { collection, id, document } in staged {
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

    /// Every written document, in order of the first write.
    pub(crate) fn written(&self) -> impl Iterator<Item = (&Arc<str>, &Slot)> {
        self.written
            .iter()
            .filter_map(|(collection, id)| self.slots.get(collection)?.get_key_value(id))
    }

    fn depend_on(&mut self, reads: Vec<(&'static str, Arc<str>)>) {
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

    /// Every document that the batch depends on without writing it, with the engine's version.
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

    /// A request to load a written document again.
    pub(crate) fn reload(&self, collection: &str, id: &str) -> Option<LoadRequest> {
        let (id, slot) = self.slots.get(collection)?.get_key_value(id)?;
        let decode = slot.document.as_ref()?.decoder();
        Some(LoadRequest { collection: slot.collection, id: Arc::clone(id), decode })
    }
}
