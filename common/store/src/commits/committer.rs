//! The loop that commits decisions in batches: group commit without timers; the batch size follows
//! the load.

mod commit;
mod conflict_groups;
mod decide;
mod repair;

use std::collections::HashSet;
use std::sync::Arc;

use contract::{Id, Timestamp};
use sources::{Clock, Ids, crash};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::Instant;

pub use self::conflict_groups::CONFLICTS_MAX;
use self::conflict_groups::{
    CONFLICTS_SPLIT, ConflictGroups, ContendedDocuments, OutboxRemoval, SubBatch,
};
use crate::commits::batch_state::{BatchState, LoadRequest};
use crate::commits::decision::{CommitOutcome, Decision};
use crate::engines::batch::{Batch, CommitError, Marker, View};
use crate::engines::engine::Backend;
use crate::error::Unavailable;
use crate::options::Options;
use crate::reads::cache::Cache;

/// Decisions in one batch: bounds the time to commit, and with it the wait of the next batch, to
/// tens of milliseconds.
pub const BATCH_DECISIONS_MAX: usize = 512;

/// Rounds of loading for one batch. Each round loads at least the next document of the first
/// waiting decision, so this also bounds the documents that one decision may read one after the
/// other.
pub const LOAD_ROUNDS_MAX: usize = 64;

/// Entries in the outbox past which publishing decisions are refused: hours of an outage of the bus
/// at a steady 30 commits/s.
pub const OUTBOX_ENTRIES_MAX: u64 = 500_000;

/// Batches after which the outbox is recounted where other processes add to it and remove from it
/// too.
const RECOUNT_BATCHES: u64 = 256;

/// An item of the committer's queue.
pub(crate) enum Item {
    Decide(Box<dyn Decision>),
    /// Entries that reached the bus. An empty list requests an empty commit, to check that commits
    /// work.
    Published {
        sequences: Vec<i64>,
        reply: oneshot::Sender<Result<(), Unavailable>>,
    },
}

/// The result of an attempt to commit a sub-batch.
enum Attempt {
    Completed(CommitOutcome),
    /// Another replica changed one of the documents first.
    Conflict,
    /// The groups with these roots touch contended documents; nothing was written.
    Contended(HashSet<usize>),
}

/// The state of an engine whose last commit failed.
struct EngineFailure {
    /// The batch whose outcome is unknown.
    unknown: Option<Marker>,
    /// Whether the last failure was slow.
    hangs: bool,
    failures: u32,
    /// Time of the next probe of the engine.
    probe_at: Instant,
}

/// Commits the decisions of one store, batch by batch. There is one per store and process.
pub struct Committer {
    engine: Backend,
    source: &'static str,
    clock: Clock,
    ids: Ids,
    fields: Vec<(&'static str, Vec<&'static str>)>,
    items: mpsc::Receiver<Item>,
    queued: Vec<Item>,
    changed: Arc<Notify>,
    closing: Arc<Notify>,
    cache: Arc<Cache>,
    marker: Marker,
    outbox_length: u64,
    contended: ContendedDocuments,
    /// The last failure, while the engine does not commit.
    failure: Option<EngineFailure>,
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
            queued: Vec::with_capacity(BATCH_DECISIONS_MAX),
            changed,
            closing,
            cache,
            marker: Marker { committer, sequence: 0 },
            outbox_length,
            contended: ContendedDocuments::default(),
            failure: None,
        }
    }

    /// The service that owns the store.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// Whether other processes may write to the engine. The connections of such an engine belong to
    /// the process's runtime.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.engine.is_shared()
    }

    /// Commits batches until the store is closed (or every handle is dropped) and the queue is
    /// empty.
    pub async fn run(mut self) {
        while self.run_once().await.is_some() {}
    }

    /// Waits for decisions, commits one batch of them and replies to their callers. Returns their
    /// number; `None` once the store is closed and the queue is empty. While the engine does not
    /// commit, it is probed after pauses.
    pub async fn run_once(&mut self) -> Option<usize> {
        loop {
            if self.repair_is_due() {
                self.repair().await;
            }
            let probe_at = self.failure.as_ref().map(|failure| failure.probe_at);
            tokio::select! {
                biased;
                received = self.items.recv_many(&mut self.queued, BATCH_DECISIONS_MAX) => {
                    if received == 0 {
                        return None;
                    }
                    self.drain_queue();
                    let count = self.queued.len();
                    let queued = self.take_queued();
                    self.process(queued).await;
                    return Some(count);
                }
                () = self.closing.notified() => self.items.close(),
                () = until(probe_at) => {}
            }
        }
    }

    /// Drains the queue while yielding the thread adds items: a listener sends the messages of an
    /// envelope one by one, many clients send requests at once, and each batch less saves an fsync.
    /// It never waits.
    fn drain_queue(&mut self) {
        let mut count = 0;
        while count < self.queued.len() && self.queued.len() < BATCH_DECISIONS_MAX {
            count = self.queued.len();
            std::thread::yield_now();
            while self.queued.len() < BATCH_DECISIONS_MAX
                && let Ok(item) = self.items.try_recv()
            {
                self.queued.push(item);
            }
        }
    }

    fn take_queued(&mut self) -> SubBatch {
        let mut whole = SubBatch::default();
        for item in self.queued.drain(..) {
            match item {
                Item::Decide(decision) if decision.is_abandoned() => {}
                Item::Decide(decision) => whole.decisions.push(decision),
                Item::Published { sequences, reply }
                    if sequences.is_empty() && reply.is_closed() => {}
                Item::Published { sequences, reply } => {
                    whole.removals.push(OutboxRemoval { sequences, reply });
                }
            }
        }
        whole
    }

    async fn process(&mut self, whole: SubBatch) {
        metrics::histogram!("store_batch_decisions", "store" => self.source)
            .record(f64::from(u32::try_from(whole.decisions.len()).unwrap_or(u32::MAX)));
        if let Some(why) = self.refusal() {
            return whole.reply(&CommitOutcome::Failed(why));
        }
        self.recount_outbox().await;
        if self.outbox_length >= OUTBOX_ENTRIES_MAX && whole.removals.is_empty() {
            return whole.reply(&CommitOutcome::Busy);
        }
        let mut parts = vec![whole];
        while let Some(part) = parts.pop() {
            match self.refusal() {
                Some(why) => part.reply(&CommitOutcome::Failed(why)),
                None => parts.extend(self.commit_sub_batch(part).await),
            }
        }
    }

    /// Other processes add to a shared outbox and remove from it too.
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
                        "counting the outbox failed"
                    );
                }
            }
        }
    }

    /// Commits a sub-batch, retrying until the outcome is known. On conflict, returns smaller
    /// sub-batches in reverse order of execution.
    async fn commit_sub_batch(&mut self, mut part: SubBatch) -> Vec<SubBatch> {
        let mut reload = Vec::new();
        let (outcome, groups) = loop {
            let now = self.clock.now();
            // Groups are tracked only where they may matter.
            let is_tracked = part.conflicts > 0 || !self.contended.is_empty(now);
            let mut groups =
                if is_tracked { part.conflict_groups() } else { ConflictGroups::default() };
            match self.attempt(&mut part, now, &mut reload, &mut groups).await {
                Attempt::Completed(outcome) => break (outcome, groups),
                Attempt::Contended(roots) => {
                    let (mut contended, others) = part.split(&groups, &roots);
                    contended.conflicts = CONFLICTS_MAX - CONFLICTS_SPLIT;
                    return self.split_into(contended, others);
                }
                Attempt::Conflict => part.conflicts += 1,
            }
            if !part.conflicts.is_multiple_of(CONFLICTS_SPLIT) {
                continue;
            }
            if let Some(half) = groups.half() {
                let (first, rest) = part.split(&groups, &half);
                return self.split_into(rest, first);
            }
            if part.conflicts >= CONFLICTS_MAX {
                self.contended.record(&groups, now);
                break (CommitOutcome::Busy, groups);
            }
        };
        if matches!(outcome, CommitOutcome::Committed) {
            self.contended.forget(&groups);
        }
        part.reply(&outcome);
        Vec::new()
    }

    fn split_into(&self, second: SubBatch, first: SubBatch) -> Vec<SubBatch> {
        metrics::counter!("store_splits_total", "store" => self.source).increment(1);
        vec![second, first]
    }

    async fn attempt(
        &mut self,
        part: &mut SubBatch,
        now: Timestamp,
        reload: &mut Vec<LoadRequest>,
        groups: &mut ConflictGroups,
    ) -> Attempt {
        let (mut state, mut view) = (BatchState::default(), View::default());
        let decided = async {
            self.load_into(&mut state, &mut view, std::mem::take(reload)).await?;
            self.decide_all(part, &mut state, &mut view, now, groups).await
        };
        let began = Instant::now();
        if let Err(error) = decided.await {
            self.record_failure(began);
            return Attempt::Completed(not_written(&error));
        }
        if !state.has_changes() && part.removals.is_empty() {
            return Attempt::Completed(CommitOutcome::Committed);
        }
        if part.conflicts == 0
            && let Some(roots) = self.contended.touched_by(groups)
        {
            return Attempt::Contended(roots);
        }
        let batch = match self.batch(&state, part.published(), now) {
            Ok(batch) => batch,
            Err(error) => return Attempt::Completed(not_written(&error)),
        };
        match self.commit(&batch, view).await {
            Ok(()) => {
                self.record_success();
                crash::point("after_commit_before_answer");
                self.remember(&state, &batch);
                Attempt::Completed(CommitOutcome::Committed)
            }
            Err(CommitError::Conflict(conflicts)) => {
                self.record_success();
                metrics::counter!("store_conflicts_total", "store" => self.source).increment(1);
                for (collection, id) in conflicts {
                    let key = (collection.name, id.into());
                    self.cache.remove(&key);
                    reload.extend(state.reload(key));
                }
                Attempt::Conflict
            }
            Err(CommitError::Failed(error)) => {
                self.record_failure(began);
                Attempt::Completed(not_written(&error))
            }
            Err(CommitError::Unknown(error)) => {
                self.record_unknown_outcome(batch.marker);
                Attempt::Completed(CommitOutcome::Failed(error.with_unknown_outcome()))
            }
        }
    }

    fn remember(&mut self, state: &BatchState, batch: &Batch) {
        self.cache.commit(state.written());
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

fn not_written(error: &Unavailable) -> CommitOutcome {
    CommitOutcome::Failed(error.clone())
}

/// Returns at this moment; never without one.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
