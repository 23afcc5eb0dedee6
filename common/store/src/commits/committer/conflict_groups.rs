//! Conflict groups of a batch, and how a batch is split when its commits keep conflicting.
//!
//! A document that another replica keeps changing, or that the transaction of a dead process still
//! locks, delays only decisions that touch it: decisions that share no document with them are
//! committed separately.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use tokio::sync::oneshot;

use crate::commits::batch_state::{DecisionEffects, DocumentKey};
use crate::commits::decision::{CommitOutcome, Decision};
use crate::error::Unavailable;

/// Conflicts after which the decisions on a contended document are refused as busy.
pub const CONFLICTS_MAX: u32 = 16;

/// Conflicts after which a batch, and later each sub-batch, with several groups is split.
pub(super) const CONFLICTS_SPLIT: u32 = 4;

/// Time for which a document counts as contended: `MongoDB`'s bound on a dead transaction.
const CONTENDED_TIME: Duration = Duration::from_mins(1);

/// Maximum contended documents. Beyond this all are dropped, and detected again.
const CONTENDED_MAX: usize = 8_192;

/// Decisions that are committed together, with the outbox removals of the same commit.
#[derive(Default)]
pub(super) struct SubBatch {
    pub(super) decisions: Vec<Box<dyn Decision>>,
    pub(super) removals: Vec<OutboxRemoval>,
    /// Conflicts of this sub-batch and of those it was split from.
    pub(super) conflicts: u32,
}

pub(crate) struct OutboxRemoval {
    pub(crate) sequences: Vec<i64>,
    pub(crate) reply: oneshot::Sender<Result<(), Unavailable>>,
}

impl SubBatch {
    pub(super) fn published(&self) -> Vec<i64> {
        self.removals.iter().flat_map(|removal| &removal.sequences).copied().collect()
    }

    /// One group for each decision and removal.
    pub(super) fn conflict_groups(&self) -> ConflictGroups {
        let count = self.decisions.len() + self.removals.len();
        ConflictGroups { parents: (0..count).collect(), ..ConflictGroups::default() }
    }

    /// Replies to every caller with the outcome of the commit.
    pub(super) fn reply(self, outcome: &CommitOutcome) {
        for decision in self.decisions {
            decision.reply(outcome);
        }
        for removal in self.removals {
            // The relay may have been stopped; it reads the outbox again when it starts.
            let _ = removal.reply.send(match outcome {
                CommitOutcome::Committed => Ok(()),
                CommitOutcome::Busy => Err(Unavailable::new("cannot remove outbox entries: busy")),
                CommitOutcome::Failed(why) => Err(why.clone()),
            });
        }
    }

    /// Partitions by conflict group. Each half keeps its order; the halves share no document.
    pub(super) fn split(self, groups: &ConflictGroups, roots: &HashSet<usize>) -> (Self, Self) {
        let count = self.decisions.len();
        let is_in = |nth| roots.contains(&groups.root(nth));
        let (first_decisions, rest_decisions) = divide(self.decisions, is_in);
        let (first_removals, rest_removals) = divide(self.removals, |nth| is_in(count + nth));
        let part = |decisions, removals| Self { decisions, removals, conflicts: self.conflicts };
        (part(first_decisions, first_removals), part(rest_decisions, rest_removals))
    }
}

/// The elements whose index satisfies `is_in`, and the others.
fn divide<T>(all: Vec<T>, is_in: impl Fn(usize) -> bool) -> (Vec<T>, Vec<T>) {
    let (mut selected, mut others) = (Vec::new(), Vec::new());
    for (nth, one) in all.into_iter().enumerate() {
        if is_in(nth) { selected.push(one) } else { others.push(one) }
    }
    (selected, others)
}

/// Disjoint-set forest of the decisions and removals of a batch. Members of a set touch common
/// documents, directly or through others, and are committed together. The empty forest tracks
/// nothing.
#[derive(Default)]
pub(super) struct ConflictGroups {
    /// The first decision that touched a document.
    touched: HashMap<DocumentKey, usize>,
    /// The parent of each element; a root is its own parent.
    parents: Vec<usize>,
}

impl ConflictGroups {
    /// Records the reads and writes of a decision. Read-only decisions conflict with nothing.
    pub(super) fn record(&mut self, nth: usize, effects: &DecisionEffects) {
        let wrote_nothing = effects.staged.is_empty() && effects.messages.is_empty();
        if self.parents.is_empty() || wrote_nothing {
            return;
        }
        let written = effects.staged.iter().map(|own| (own.collection.name, Arc::clone(&own.id)));
        for key in written.chain(effects.reads.iter().cloned()) {
            let first = *self.touched.entry(key).or_insert(nth);
            let (one, other) = (self.root(first), self.root(nth));
            // The smaller root is the parent: flat trees where many decisions follow one.
            if let Some(parent) = self.parents.get_mut(one.max(other)) {
                *parent = one.min(other);
            }
        }
    }

    fn root(&self, mut nth: usize) -> usize {
        while let Some(parent) = self.parents.get(nth)
            && *parent != nth
        {
            nth = *parent;
        }
        nth
    }

    fn roots(&self) -> impl Iterator<Item = usize> {
        let all = self.parents.iter().enumerate();
        all.filter(|(nth, parent)| nth == *parent).map(|(nth, _)| nth)
    }

    /// The roots of half of the sets; `None` if there is only one set.
    pub(super) fn half(&self) -> Option<HashSet<usize>> {
        let roots: Vec<usize> = self.roots().collect();
        let half = roots.get(..roots.len() / 2)?;
        (!half.is_empty()).then(|| half.iter().copied().collect())
    }
}

/// Documents of recent sub-batches that could not be committed. Decisions that touch one are
/// committed separately from the start, which saves futile attempts for the rest of each batch.
#[derive(Default)]
pub(super) struct ContendedDocuments {
    keys: HashSet<DocumentKey>,
    until: Option<Timestamp>,
}

impl ContendedDocuments {
    pub(super) fn is_empty(&mut self, now: Timestamp) -> bool {
        if self.until.is_some_and(|until| now >= until) {
            self.keys.clear();
        }
        self.keys.is_empty()
    }

    pub(super) fn record(&mut self, groups: &ConflictGroups, now: Timestamp) {
        if self.keys.len() + groups.touched.len() > CONTENDED_MAX {
            self.keys.clear();
        }
        self.keys.extend(groups.touched.keys().cloned());
        self.until = Some(now.plus(CONTENDED_TIME));
    }

    pub(super) fn forget(&mut self, groups: &ConflictGroups) {
        for key in groups.touched.keys() {
            self.keys.remove(key);
        }
    }

    /// The roots of the groups that touch contended documents; `None` for none or all groups.
    pub(super) fn touched_by(&self, groups: &ConflictGroups) -> Option<HashSet<usize>> {
        let contended = groups.touched.iter().filter(|(key, _)| self.keys.contains(*key));
        let roots: HashSet<usize> = contended.map(|(_, nth)| groups.root(*nth)).collect();
        let is_part = !roots.is_empty() && roots.len() < groups.roots().count();
        is_part.then_some(roots)
    }
}
