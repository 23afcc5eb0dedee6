//! The loop that turns decisions into batches: group commit without timers, batch size follows load.

mod commit;
mod decide;
mod encode;
mod load;
mod parts;
mod repair;

use std::collections::HashSet;
use std::sync::Arc;

use contract::{Id, Timestamp};
use sources::{Clock, Ids, crash};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::Instant;

pub use self::parts::CONFLICTS_MAX;
use self::parts::{CONFLICTS_SPLIT, Held, Part, Removal, Ties};
use self::repair::Trouble;
use crate::backend::Backend;
use crate::cache::Cache;
use crate::decision::{Decision, Fate};
use crate::engine::{Batch, CommitError, Marker, View};
use crate::error::Unavailable;
use crate::store::Options;
use crate::working::{Want, Working};

/// Decisions in one batch: bounds the time to commit, and with it the wait of the next batch, to tens of milliseconds.
pub const BATCH_DECISIONS_MAX: usize = 512;

/// Rounds of loading for one batch. Each round loads at least the next document of the first decision that waits, so
/// this is also how many documents one decision may chase, one after the other.
pub const LOAD_ROUNDS_MAX: usize = 64;

/// Entries in the outbox past which decisions that publish are refused: hours of an absent bus at a steady 30 commits/s.
pub const OUTBOX_ENTRIES_MAX: u64 = 500_000;

/// Batches after which the outbox is counted anew where others write to it and remove from it too.
const RECOUNT_BATCHES: u64 = 256;

/// What the committer is sent.
pub(crate) enum Item {
    Decide(Box<dyn Decision>),
    /// Entries that reached the bus. With none it asks for a commit of nothing, to see that commits work.
    Published {
        sequences: Vec<i64>,
        reply: oneshot::Sender<Result<(), Unavailable>>,
    },
}

/// What trying to commit a part came to.
enum Attempt {
    Ended(Fate),
    /// Another was faster with one of its documents.
    Lost,
    /// These of its groups touch what is known to be held; nothing was tried.
    Held(HashSet<usize>),
}

/// Makes the decisions of one store, batch by batch. There is one a store and process.
pub struct Committer {
    engine: Backend,
    source: &'static str,
    clock: Clock,
    ids: Ids,
    fields: Vec<(&'static str, Vec<&'static str>)>,
    items: mpsc::Receiver<Item>,
    gathered: Vec<Item>,
    changed: Arc<Notify>,
    closing: Arc<Notify>,
    cache: Arc<Cache>,
    marker: Marker,
    outbox_length: u64,
    held: Held,
    /// What does not work, if anything.
    trouble: Option<Trouble>,
}

impl Committer {
    pub(crate) fn new(
        engine: Backend,
        options: Options,
        items: mpsc::Receiver<Item>,
        changed: Arc<Notify>,
        closing: Arc<Notify>,
        cache: Arc<Cache>,
        outbox_length: u64,
    ) -> Self {
        let committer = options.ids.next(options.clock.now());
        let fields = options.collections.iter().map(|c| (c.name, c.fields())).collect();
        Self {
            engine,
            source: options.source,
            clock: options.clock,
            ids: options.ids,
            fields,
            items,
            gathered: Vec::with_capacity(BATCH_DECISIONS_MAX),
            changed,
            closing,
            cache,
            marker: Marker { committer, sequence: 0 },
            outbox_length,
            held: Held::default(),
            trouble: None,
        }
    }

    /// The service whose store this is.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// Whether other processes may write to what it commits to. Such an engine is reached over connections that belong to the
    /// process's runtime.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.engine.is_shared()
    }

    /// Commits batches until the store is closed (or every handle to it is gone) and nothing waits any more.
    pub async fn run(mut self) {
        while self.run_once().await.is_some() {}
    }

    /// Waits for decisions, commits one batch of them and answers their callers. Answers how many there were; `None`
    /// once the store is closed and nothing waits. While the engine does not commit, it is probed after pauses.
    pub async fn run_once(&mut self) -> Option<usize> {
        loop {
            if self.repair_is_due() {
                self.repair().await;
            }
            let look_at = self.trouble.as_ref().map(Trouble::look_at);
            tokio::select! {
                biased;
                received = self.items.recv_many(&mut self.gathered, BATCH_DECISIONS_MAX) => {
                    if received == 0 {
                        return None;
                    }
                    self.gather();
                    let count = self.gathered.len();
                    let gathered = self.sort_out();
                    self.process(gathered).await;
                    return Some(count);
                }
                () = self.closing.notified() => self.items.close(),
                () = until(look_at) => {}
            }
        }
    }

    /// Takes what is sent while this thread lets others have the processor, for as long as something is: a listener hands in the
    /// messages of an envelope one by one, a crowd its requests, and each batch less is an fsync less. Nobody is waited for.
    fn gather(&mut self) {
        let mut count = 0;
        while count < self.gathered.len() && self.gathered.len() < BATCH_DECISIONS_MAX {
            count = self.gathered.len();
            std::thread::yield_now();
            while self.gathered.len() < BATCH_DECISIONS_MAX
                && let Ok(item) = self.items.try_recv()
            {
                self.gathered.push(item);
            }
        }
    }

    fn sort_out(&mut self) -> Part {
        let mut whole = Part::default();
        for item in self.gathered.drain(..) {
            match item {
                Item::Decide(decision) if decision.is_abandoned() => {}
                Item::Decide(decision) => whole.decisions.push(decision),
                Item::Published { sequences, reply }
                    if sequences.is_empty() && reply.is_closed() => {}
                Item::Published { sequences, reply } => {
                    whole.removals.push(Removal { sequences, reply });
                }
            }
        }
        whole
    }

    async fn process(&mut self, whole: Part) {
        metrics::histogram!("store_batch_decisions", "store" => self.source)
            .record(f64::from(u32::try_from(whole.decisions.len()).unwrap_or(u32::MAX)));
        if let Some(why) = self.refusal() {
            return whole.answer(&Fate::Failed(why));
        }
        self.recount_outbox().await;
        if self.outbox_length >= OUTBOX_ENTRIES_MAX && whole.removals.is_empty() {
            return whole.answer(&Fate::Busy);
        }
        let mut parts = vec![whole];
        while let Some(part) = parts.pop() {
            match self.refusal() {
                Some(why) => part.answer(&Fate::Failed(why)),
                None => parts.extend(self.settle(part).await),
            }
        }
    }

    /// What this committer adds and removes is not all that happens to an outbox that others share.
    async fn recount_outbox(&mut self) {
        let is_due = self.outbox_length >= OUTBOX_ENTRIES_MAX
            || self.marker.sequence.is_multiple_of(RECOUNT_BATCHES);
        if self.engine.is_shared() && is_due {
            match self.engine.count_outbox().await {
                Ok(length) => self.outbox_length = length,
                Err(error) => {
                    tracing::debug!(
                        store = self.source,
                        error = error.chain(),
                        "outbox not counted"
                    );
                }
            }
        }
    }

    /// Tries until it is known what became of a part. Answers what is left of it where others keep it from being committed as a whole,
    /// the first to be tried last.
    async fn settle(&mut self, mut part: Part) -> Vec<Part> {
        let mut reload = Vec::new();
        let (fate, ties) = loop {
            let now = self.clock.now();
            // Who touches what is noted only where it may matter.
            let is_noted = part.lost > 0 || !self.held.is_empty(now);
            let mut ties = if is_noted { part.untied() } else { Ties::default() };
            match self.attempt(&mut part, now, &mut reload, &mut ties).await {
                Attempt::Ended(fate) => break (fate, ties),
                Attempt::Held(groups) => {
                    let (mut held, others) = part.split(&ties, &groups);
                    held.lost = CONFLICTS_MAX - CONFLICTS_SPLIT;
                    return self.apart(held, others);
                }
                Attempt::Lost => part.lost += 1,
            }
            if !part.lost.is_multiple_of(CONFLICTS_SPLIT) {
                continue;
            }
            if let Some(half) = ties.half() {
                let (first, rest) = part.split(&ties, &half);
                return self.apart(rest, first);
            }
            if part.lost >= CONFLICTS_MAX {
                self.held.note(&ties, now);
                break (Fate::Busy, ties);
            }
        };
        if matches!(fate, Fate::Committed) {
            self.held.forget(&ties);
        }
        part.answer(&fate);
        Vec::new()
    }

    fn apart(&self, second: Part, first: Part) -> Vec<Part> {
        metrics::counter!("store_splits_total", "store" => self.source).increment(1);
        vec![second, first]
    }

    async fn attempt(
        &mut self,
        part: &mut Part,
        now: Timestamp,
        reload: &mut Vec<Want>,
        ties: &mut Ties,
    ) -> Attempt {
        let (mut working, mut view) = (Working::default(), View::default());
        let decided = async {
            self.load_into(&mut working, &mut view, std::mem::take(reload)).await?;
            self.decide_all(part, &mut working, &mut view, now, ties).await
        };
        let began = Instant::now();
        if let Err(error) = decided.await {
            self.note_trouble(began);
            return Attempt::Ended(not_written(&error));
        }
        if !working.has_changes() && part.removals.is_empty() {
            return Attempt::Ended(Fate::Committed);
        }
        if part.lost == 0
            && let Some(groups) = self.held.touched_by(ties)
        {
            return Attempt::Held(groups);
        }
        let batch = match self.batch(&working, part.published(), now) {
            Ok(batch) => batch,
            Err(error) => return Attempt::Ended(not_written(&error)),
        };
        match self.commit(&batch, view).await {
            Ok(()) => {
                self.note_success();
                crash::point("after_commit_before_answer");
                self.remember(&working, &batch);
                Attempt::Ended(Fate::Committed)
            }
            Err(CommitError::Conflict(conflicts)) => {
                self.note_success();
                metrics::counter!("store_conflicts_total", "store" => self.source).increment(1);
                for (collection, id) in conflicts {
                    self.cache.remove(collection.name, &id);
                    reload.extend(working.want_again(collection.name, &id));
                }
                Attempt::Lost
            }
            Err(CommitError::Failed(error)) => {
                self.note_trouble(began);
                Attempt::Ended(not_written(&error))
            }
            Err(CommitError::Unknown(error)) => {
                self.note_unknown(batch.marker);
                Attempt::Ended(Fate::Failed(error.with_unknown_outcome()))
            }
        }
    }

    fn remember(&mut self, working: &Working, batch: &Batch) {
        self.cache.commit(working.written());
        let added = u64::try_from(batch.outbox.len()).unwrap_or(u64::MAX);
        let removed = u64::try_from(batch.published.len()).unwrap_or(u64::MAX);
        self.outbox_length = self.outbox_length.saturating_add(added).saturating_sub(removed);
        if added > 0 {
            self.changed.notify_one();
        }
        metrics::gauge!("store_outbox_entries", "store" => self.source)
            .set(f64::from(u32::try_from(self.outbox_length).unwrap_or(u32::MAX)));
    }

    /// The id of this committer, new at every start.
    #[must_use]
    pub fn id(&self) -> Id {
        self.marker.committer
    }
}

fn not_written(error: &Unavailable) -> Fate {
    Fate::Failed(error.clone())
}

/// Returns at this moment; never without one.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
