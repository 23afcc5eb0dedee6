//! What is committed together, and how it comes apart when its commits keep losing races.
//!
//! A document that another replica fights for, or that the transaction of a dead process still holds, keeps only those waiting who
//! touch it: what shares no document with them is committed apart.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use tokio::sync::oneshot;

use crate::decision::{Decision, Fate};
use crate::error::Unavailable;
use crate::tx::Traces;

/// Times that a batch is decided anew because others were faster, before those who touch one document are told to try again.
pub const CONFLICTS_MAX: u32 = 16;

/// Lost races after which a batch is split, if there are two in it who share no document; and again as many for each part.
pub(super) const CONFLICTS_SPLIT: u32 = 4;

/// How long it is remembered that a document was held: as long as `MongoDB` keeps a transaction open whose client is gone.
const HELD_TIME: Duration = Duration::from_mins(1);

/// Documents that are remembered at once as held. Past it all are forgotten, and found out again.
const HELD_MAX: usize = 8_192;

/// A document's collection and `_id`.
type Place = (&'static str, Arc<str>);

/// Decisions that are committed together, and the outbox removals that ride along.
#[derive(Default)]
pub(super) struct Part {
    pub(super) decisions: Vec<Box<dyn Decision>>,
    pub(super) removals: Vec<Removal>,
    /// Races that it and what it was split from have lost.
    pub(super) lost: u32,
}

/// Outbox entries that reached the bus.
pub(super) struct Removal {
    pub(super) sequences: Vec<i64>,
    pub(super) reply: oneshot::Sender<Result<(), Unavailable>>,
}

impl Part {
    pub(super) fn published(&self) -> Vec<i64> {
        self.removals.iter().flat_map(|removal| &removal.sequences).copied().collect()
    }

    /// Who is in it, each on its own so far.
    pub(super) fn untied(&self) -> Ties {
        let count = self.decisions.len() + self.removals.len();
        Ties { parents: (0..count).collect(), ..Ties::default() }
    }

    /// Tells everybody in it what became of it.
    pub(super) fn answer(self, fate: &Fate) {
        for decision in self.decisions {
            decision.answer(fate);
        }
        for removal in self.removals {
            // The relay may have been stopped; it reads the outbox again when it starts.
            let _ = removal.reply.send(match fate {
                Fate::Committed => Ok(()),
                Fate::Busy => Err(Unavailable::new("cannot remove outbox entries: busy")),
                Fate::Failed(why) => Err(why.clone()),
            });
        }
    }

    /// Those of some groups, and the others. Within each everybody keeps their order; nobody here shares a document with anybody there.
    pub(super) fn split(self, ties: &Ties, groups: &HashSet<usize>) -> (Self, Self) {
        let count = self.decisions.len();
        let is_in = |nth| groups.contains(&ties.group(nth));
        let (own_decisions, other_decisions) = divide(self.decisions, is_in);
        let (own_removals, other_removals) = divide(self.removals, |nth| is_in(count + nth));
        let part = |decisions, removals| Self { decisions, removals, lost: self.lost };
        (part(own_decisions, own_removals), part(other_decisions, other_removals))
    }
}

/// Those at some places, and the others.
fn divide<T>(all: Vec<T>, is_in: impl Fn(usize) -> bool) -> (Vec<T>, Vec<T>) {
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for (nth, one) in all.into_iter().enumerate() {
        if is_in(nth) { own.push(one) } else { others.push(one) }
    }
    (own, others)
}

/// Who in a part touches the same documents, directly or by way of others: those are committed together or not at all. The empty one
/// notes nothing.
#[derive(Default)]
pub(super) struct Ties {
    /// Who touched a document first.
    touched: HashMap<Place, usize>,
    /// A forest: whose parent is themselves stands for a group.
    parents: Vec<usize>,
}

impl Ties {
    /// Notes what the decision at a place in the part read and wrote. Who wrote nothing rests on nothing.
    pub(super) fn note(&mut self, nth: usize, traces: &Traces) {
        let wrote_nothing = traces.staged.is_empty() && traces.messages.is_empty();
        if self.parents.is_empty() || wrote_nothing {
            return;
        }
        let written = traces.staged.iter().map(|own| (own.collection.name, Arc::clone(&own.id)));
        for place in written.chain(traces.reads.iter().cloned()) {
            let first = *self.touched.entry(place).or_insert(nth);
            let (one, other) = (self.group(first), self.group(nth));
            // The earlier one stands for both, which keeps trees flat where many follow one.
            if let Some(parent) = self.parents.get_mut(one.max(other)) {
                *parent = one.min(other);
            }
        }
    }

    /// The group that somebody belongs to.
    fn group(&self, mut nth: usize) -> usize {
        while let Some(parent) = self.parents.get(nth)
            && *parent != nth
        {
            nth = *parent;
        }
        nth
    }

    /// All groups, in the order of their first member.
    fn groups(&self) -> impl Iterator<Item = usize> {
        let all = self.parents.iter().enumerate();
        all.filter(|(nth, parent)| nth == *parent).map(|(nth, _)| nth)
    }

    /// Half of the groups; `None` if there is only one.
    pub(super) fn half(&self) -> Option<HashSet<usize>> {
        let groups: Vec<usize> = self.groups().collect();
        let half = groups.get(..groups.len() / 2)?;
        (!half.is_empty()).then(|| half.iter().copied().collect())
    }
}

/// The documents that could not be committed at last, however small the part. Whoever touches one is committed apart from the start, so
/// that the rest of each batch is not tried in vain before it is split.
#[derive(Default)]
pub(super) struct Held {
    places: HashSet<Place>,
    until: Option<Timestamp>,
}

impl Held {
    /// Whether nothing is known to be held.
    pub(super) fn is_empty(&mut self, now: Timestamp) -> bool {
        if self.until.is_some_and(|until| now >= until) {
            self.places.clear();
        }
        self.places.is_empty()
    }

    /// Remembers everything that a part touched.
    pub(super) fn note(&mut self, ties: &Ties, now: Timestamp) {
        if self.places.len() + ties.touched.len() > HELD_MAX {
            self.places.clear();
        }
        self.places.extend(ties.touched.keys().cloned());
        self.until = Some(now.plus(HELD_TIME));
    }

    /// Forgets what a part touched.
    pub(super) fn forget(&mut self, ties: &Ties) {
        for place in ties.touched.keys() {
            self.places.remove(place);
        }
    }

    /// The groups that touch something held; `None` if that is nobody or everybody.
    pub(super) fn touched_by(&self, ties: &Ties) -> Option<HashSet<usize>> {
        let held = ties.touched.iter().filter(|(place, _)| self.places.contains(*place));
        let groups: HashSet<usize> = held.map(|(_, nth)| ties.group(*nth)).collect();
        let is_part = !groups.is_empty() && groups.len() < ties.groups().count();
        is_part.then_some(groups)
    }
}
