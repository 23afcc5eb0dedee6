//! Bringing documents into memory: from the cache, else with one query a collection.

use std::collections::HashMap;
use std::sync::Arc;

use super::Committer;
use crate::collection::Collection;
use crate::engine::View;
use crate::error::Unavailable;
use crate::working::{Change, Slot, Want, Working};

impl Committer {
    /// Puts what the cache has in place, and answers what has to be loaded.
    pub(super) fn fill_from_cache(&self, working: &mut Working, wants: Vec<Want>) -> Vec<Want> {
        let mut missing = Vec::new();
        for want in wants {
            match self.cache.get(want.collection.name, &want.id) {
                Some(slot) => working.put(want.id, slot),
                None => missing.push(want),
            }
        }
        missing
    }

    /// Loads documents, one query a collection, into memory.
    pub(super) async fn load_into(
        &mut self,
        working: &mut Working,
        view: &mut View,
        wants: Vec<Want>,
    ) -> Result<(), Unavailable> {
        let mut by_collection: Vec<(&'static Collection, Vec<Want>)> = Vec::new();
        for want in wants {
            let known = by_collection.iter_mut().find(|(c, _)| c.name == want.collection.name);
            match known {
                Some((_, wants)) => wants.push(want),
                None => by_collection.push((want.collection, vec![want])),
            }
        }
        for (collection, mut wants) in by_collection {
            wants.sort_by(|a, b| a.id.cmp(&b.id));
            wants.dedup_by(|a, b| a.id == b.id);
            let ids: Vec<&str> = wants.iter().map(|want| &*want.id).collect();
            let moment = self.cache.moment();
            let found = self.engine.load_into(view, collection, &ids).await?;
            let mut found: HashMap<String, _> =
                found.into_iter().map(|stored| (stored.id.clone(), stored)).collect();
            for Want { id, decode, .. } in wants {
                let slot = match found.remove(&*id) {
                    None => Slot {
                        collection,
                        stored_version: None,
                        document: None,
                        change: Change::None,
                        is_read: false,
                    },
                    Some(stored) => {
                        let slot = Slot::of(collection, &stored, decode)?;
                        self.cache.insert(moment, Arc::clone(&id), slot.clone());
                        slot
                    }
                };
                working.put(id, slot);
            }
        }
        Ok(())
    }
}
