//! Running the decisions of a sub-batch, each on the writes of the ones before it. Their documents
//! come from the cache, else from one query per collection.

use std::collections::HashMap;

use contract::Timestamp;

use super::conflict_groups::{ConflictGroups, SubBatch};
use super::{Committer, LOAD_ROUNDS_MAX};
use crate::collection::Collection;
use crate::commits::batch_state::{BatchState, DecisionEffects, LoadRequest, Slot};
use crate::commits::decision::{Decision, Verdict};
use crate::commits::tx::Tx;
use crate::engines::batch::View;
use crate::error::Unavailable;

impl Committer {
    /// Runs every decision in order, each on the writes of the ones before it. When a document is
    /// missing, the remaining decisions run only to collect their missing documents; all are loaded
    /// at once, and deciding continues with the first decision that waited.
    pub(super) async fn decide_all(
        &mut self,
        part: &mut SubBatch,
        state: &mut BatchState,
        view: &mut View,
        now: Timestamp,
        groups: &mut ConflictGroups,
    ) -> Result<(), Unavailable> {
        let mut decided = 0;
        let mut rounds_without_progress = 0;
        loop {
            let mut missing = Vec::new();
            let before = decided;
            for (nth, decision) in part.decisions.iter_mut().enumerate().skip(before) {
                let is_its_turn = missing.is_empty();
                let record = |effects: &DecisionEffects| groups.record(nth, effects);
                let decision = decision.as_mut();
                missing.extend(self.decide_one(decision, state, now, is_its_turn, record));
                if missing.is_empty() {
                    decided += 1;
                }
            }
            if missing.is_empty() {
                return Ok(());
            }
            rounds_without_progress =
                if decided > before { 0 } else { rounds_without_progress + 1 };
            if rounds_without_progress > LOAD_ROUNDS_MAX {
                return Err(Unavailable::new("cannot decide: a decision reads too many documents"));
            }
            self.load_into(state, view, missing).await?;
        }
    }

    /// Runs one decision until it ends or needs documents that are not in memory. Only a decision
    /// whose turn it is keeps its writes; `record` receives its effects.
    fn decide_one(
        &self,
        decision: &mut dyn Decision,
        state: &mut BatchState,
        now: Timestamp,
        is_its_turn: bool,
        record: impl FnOnce(&DecisionEffects),
    ) -> Vec<LoadRequest> {
        let missing = self.fill_from_cache(state, state.missing(decision.reads()));
        if !missing.is_empty() {
            return missing;
        }
        loop {
            let mut tx = Tx::new(state, now);
            let verdict = decision.decide(&mut tx);
            let effects = tx.effects;
            match verdict {
                Verdict::NotLoaded => {
                    let missing = self.fill_from_cache(state, effects.load_requests);
                    if !missing.is_empty() {
                        return missing;
                    }
                }
                Verdict::Accepted if is_its_turn => {
                    record(&effects);
                    state.merge(effects, decision.trace());
                    return Vec::new();
                }
                Verdict::Failed if is_its_turn => {
                    let why = effects.misuse.as_deref().unwrap_or("a decision panicked");
                    tracing::error!(store = self.source, why, "decision not committed");
                    return Vec::new();
                }
                Verdict::Accepted | Verdict::Refused | Verdict::Failed => return Vec::new(),
            }
        }
    }

    /// Adds cached documents to the batch; returns those that must be loaded.
    fn fill_from_cache(
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
    async fn load_into(
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
