//! Loading documents into memory: from the cache, else with one query per collection.

use std::collections::HashMap;

use super::Committer;
use crate::collection::Collection;
use crate::commits::batch_state::{BatchState, LoadRequest, Slot};
use crate::engines::batch::View;
use crate::error::Unavailable;

impl Committer {
    /// Adds cached documents to the batch; returns those that must be loaded.
    pub(super) fn fill_from_cache(
        &self,
        state: &mut BatchState,
        load_requests: Vec<LoadRequest>,
    ) -> Vec<LoadRequest> {
        let mut missing = Vec::new();
        for want in load_requests {
            let key = want.key();
            match self.cache.get(&key) {
                Some(slot) => state.put(key, slot),
                None => missing.push(want),
            }
        }
        missing
    }

    /// Loads documents into the batch, with one query per collection.
    pub(super) async fn load_into(
        &mut self,
        state: &mut BatchState,
        view: &mut View,
        load_requests: Vec<LoadRequest>,
    ) -> Result<(), Unavailable> {
        let mut by_collection: Vec<(&'static Collection, Vec<LoadRequest>)> = Vec::new();
        for want in load_requests {
            let known = by_collection.iter_mut().find(|(c, _)| c.name == want.collection.name);
            match known {
                Some((_, load_requests)) => load_requests.push(want),
                None => by_collection.push((want.collection, vec![want])),
            }
        }
        for (collection, mut load_requests) in by_collection {
            load_requests.sort_by(|a, b| a.id.cmp(&b.id));
            load_requests.dedup_by(|a, b| a.id == b.id);
            let ids: Vec<&str> = load_requests.iter().map(|want| &*want.id).collect();
            let read_start = self.cache.read_start();
            let found = self.engine.load(Some(view), collection, &ids).await?;
            let mut found: HashMap<String, _> =
                found.into_iter().map(|stored| (stored.id.clone(), stored)).collect();
            for request in load_requests {
                let slot = match found.remove(&*request.id) {
                    None => Slot::absent(collection),
                    Some(stored) => {
                        let slot = Slot::of(collection, &stored, request.decode)?;
                        self.cache.insert(read_start, request.key(), slot.clone());
                        slot
                    }
                };
                state.put(request.key(), slot);
            }
        }
        Ok(())
    }
}
