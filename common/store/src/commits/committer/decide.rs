//! Running the decisions of a sub-batch, each on the writes of the ones before it.

use contract::Timestamp;

use super::conflict_groups::{ConflictGroups, SubBatch};
use super::{Committer, LOAD_ROUNDS_MAX};
use crate::commits::batch_state::{BatchState, DecisionEffects, LoadRequest};
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
            let effects = tx.into_effects();
            match verdict {
                Verdict::NotLoaded => {
                    let missing = self.fill_from_cache(state, effects.load_requests);
                    if !missing.is_empty() {
                        return missing;
                    }
                }
                Verdict::Accepted if is_its_turn => {
                    if let Some(misuse) = effects.misuse {
                        tracing::error!(store = self.source, misuse, "decision not committed");
                        decision.fail();
                    } else {
                        record(&effects);
                        state.merge(effects, decision.trace());
                    }
                    return Vec::new();
                }
                Verdict::Panicked => {
                    tracing::error!(store = self.source, "a decision panicked");
                    return Vec::new();
                }
                Verdict::Accepted | Verdict::Refused => return Vec::new(),
            }
        }
    }
}
