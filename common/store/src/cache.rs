//! The committer's memory of the documents it committed or loaded last.

use std::collections::HashMap;
use std::sync::Arc;

use crate::working::{Change, Slot, Want};

/// Documents in each of the two generations: some 16 MiB of typical documents in all, hot ones far fewer.
pub(crate) const GENERATION_DOCUMENTS_MAX: usize = 8_192;

/// A bounded cache of two generations: what is used moves to the young one; when that is full it becomes the old one
/// and the old one is dropped. Constant time, no list to keep in order.
pub(crate) struct Cache {
    /// Where others write too it stays empty: a refusal, which no commit checks, must not rest on what was so some time ago.
    remembers: bool,
    young: Generation,
    old: Generation,
}

#[derive(Default)]
struct Generation {
    documents: HashMap<&'static str, HashMap<Arc<str>, Slot>>,
    count: usize,
}

impl Generation {
    fn insert(&mut self, id: Arc<str>, slot: Slot) {
        let documents = self.documents.entry(slot.collection.name).or_default();
        if documents.insert(id, slot).is_none() {
            self.count += 1;
        }
    }

    fn remove(&mut self, collection: &str, id: &str) -> Option<(Arc<str>, Slot)> {
        let entry = self.documents.get_mut(collection)?.remove_entry(id)?;
        self.count -= 1;
        Some(entry)
    }

    fn get(&self, collection: &str, id: &str) -> Option<&Slot> {
        self.documents.get(collection)?.get(id)
    }
}

impl Cache {
    pub(crate) fn new(remembers: bool) -> Self {
        Self { remembers, young: Generation::default(), old: Generation::default() }
    }

    /// The document as last committed or loaded, if it is remembered.
    pub(crate) fn get(&mut self, want: &Want) -> Option<Slot> {
        if let Some(slot) = self.young.get(want.collection.name, &want.id) {
            return Some(slot.clone());
        }
        let (id, slot) = self.old.remove(want.collection.name, &want.id)?;
        self.insert(id, slot.clone());
        Some(slot)
    }

    /// Remembers a document.
    pub(crate) fn insert(&mut self, id: Arc<str>, slot: Slot) {
        if !self.remembers {
            return;
        }
        if self.young.count >= GENERATION_DOCUMENTS_MAX {
            self.old = std::mem::take(&mut self.young);
        }
        self.old.remove(slot.collection.name, &id);
        self.young.insert(id, Slot { change: Change::None, is_read: false, ..slot });
    }

    /// Forgets a document that somebody else changed or removed.
    pub(crate) fn remove(&mut self, collection: &str, id: &str) {
        self.young.remove(collection, id);
        self.old.remove(collection, id);
    }
}
