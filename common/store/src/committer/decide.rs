//! Running the decisions of a part, each on what the ones before it wrote.

use contract::Timestamp;

use super::parts::{Part, Ties};
use super::{Committer, LOAD_ROUNDS_MAX};
use crate::decision::{Decision, Verdict};
use crate::engine::View;
use crate::error::Unavailable;
use crate::tx::{Traces, Tx};
use crate::working::{Want, Working};

impl Committer {
    /// Runs every decision in order, each on what the ones before it wrote. Where a document is missing, the rest runs
    /// only to learn what else is; all of it is loaded at once, and deciding goes on from the first that waited.
    pub(super) async fn decide_all(
        &mut self,
        part: &mut Part,
        working: &mut Working,
        view: &mut View,
        now: Timestamp,
        ties: &mut Ties,
    ) -> Result<(), Unavailable> {
        let mut decided = 0;
        let mut rounds_without_progress = 0;
        loop {
            let mut wants = Vec::new();
            let before = decided;
            for (nth, decision) in part.decisions.iter_mut().enumerate().skip(before) {
                let is_its_turn = wants.is_empty();
                let note = |traces: &Traces| ties.note(nth, traces);
                let decision = decision.as_mut();
                wants.extend(self.decide_one(decision, working, now, is_its_turn, note));
                if wants.is_empty() {
                    decided += 1;
                }
            }
            if wants.is_empty() {
                return Ok(());
            }
            rounds_without_progress =
                if decided > before { 0 } else { rounds_without_progress + 1 };
            if rounds_without_progress > LOAD_ROUNDS_MAX {
                return Err(Unavailable::new("cannot decide: a decision reads too many documents"));
            }
            self.load_into(working, view, wants).await?;
        }
    }

    /// Runs one decision until it ends or wants what is not in memory. Only a decision whose turn it is keeps its writes; `note` is shown
    /// what it leaves behind.
    fn decide_one(
        &self,
        decision: &mut dyn Decision,
        working: &mut Working,
        now: Timestamp,
        is_its_turn: bool,
        note: impl FnOnce(&Traces),
    ) -> Vec<Want> {
        loop {
            let mut tx = Tx::new(working, now);
            let verdict = decision.decide(&mut tx);
            let traces = tx.into_traces();
            match verdict {
                Verdict::NotLoaded => {
                    let missing = self.fill_from_cache(working, traces.wants);
                    if !missing.is_empty() {
                        return missing;
                    }
                }
                Verdict::Accepted if is_its_turn => {
                    if let Some(misuse) = traces.misuse {
                        tracing::error!(store = self.source, misuse, "decision not committed");
                        decision.fail();
                    } else {
                        note(&traces);
                        working.merge(traces, decision.trace());
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
