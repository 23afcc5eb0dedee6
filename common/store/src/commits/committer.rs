//! The loop that commits decisions: group commit without timers, batches that follow the load.

mod commit;
mod conflict_groups;
mod decide;

use std::collections::HashSet;
use std::sync::Arc;

use contract::Timestamp;
use futures::future::OptionFuture;
use sources::{Clock, Ids, crash};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

pub use self::conflict_groups::CONFLICTS_MAX;
pub(crate) use self::conflict_groups::OutboxRemoval;
use self::conflict_groups::{CONFLICTS_SPLIT, ConflictGroups, ContendedDocuments, SubBatch};
use crate::commits::batch_state::BatchState;
use crate::commits::decision::{CommitOutcome, Decision};
use crate::engines::batch::{Batch, CommitError, Marker, View};
use crate::engines::engine::Backend;
use crate::error::Unavailable;
use crate::options::Options;
use crate::reads::cache::Cache;

/// Decisions in one batch: bounds a commit, and the wait of the next, to tens of milliseconds.
pub const BATCH_DECISIONS_MAX: usize = 512;

/// Rounds of loading for one batch. Each round loads at least the next document of the first
/// waiting decision, so this also bounds the documents that one decision may read one after the
/// other.
pub const LOAD_ROUNDS_MAX: usize = 64;

/// Outbox entries past which publishing decisions are refused: hours of 30 commits/s without a bus.
pub const OUTBOX_ENTRIES_MAX: u64 = 500_000;

/// Batches after which an outbox that other processes change too is recounted.
const RECOUNT_BATCHES: u64 = 256;

pub(crate) enum Item {
    Decide(Box<dyn Decision>),
    /// An empty list requests an empty commit, to check that commits work.
    Remove(OutboxRemoval),
}

enum Attempt {
    Committed,
    /// Another replica changed one of the documents first.
    Conflict,
    /// The groups with these roots touch contended documents; nothing was written.
    Contended(HashSet<usize>),
}

struct EngineFailure {
    unknown: Option<Marker>,
    /// Whether the last failure was slow.
    hangs: bool,
    failures: u32,
    probe_at: Instant,
}

/// Commits the decisions of one store, batch by batch. There is one per store and process.
pub struct Committer {
    engine: Backend,
    source: &'static str,
    clock: Clock,
    ids: Ids,
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
        Self {
            engine,
            source: options.source,
            clock: options.clock,
            ids: options.ids,
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
        self.engine.engine.is_shared()
    }

    /// Commits batches until the store is closed (or has no handle) and the queue is empty.
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
            let probing = OptionFuture::from(probe_at.map(tokio::time::sleep_until));
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
                Some(()) = probing => {}
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
                Item::Remove(removal)
                    if removal.sequences.is_empty() && removal.reply.is_closed() => {}
                Item::Remove(removal) => whole.removals.push(removal),
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
        if self.engine.engine.is_shared() && is_due {
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
        let (outcome, groups) = loop {
            let now = self.clock.now();
            // Groups are tracked only where they may matter.
            let is_tracked = part.conflicts > 0 || !self.contended.is_empty(now);
            let mut groups =
                if is_tracked { part.conflict_groups() } else { ConflictGroups::default() };
            match self.attempt(&mut part, now, &mut groups).await {
                Ok(Attempt::Committed) => break (CommitOutcome::Committed, groups),
                Err(error) => break (CommitOutcome::Failed(error), groups),
                Ok(Attempt::Contended(roots)) => {
                    let (mut contended, others) = part.split(&groups, &roots);
                    contended.conflicts = CONFLICTS_MAX - CONFLICTS_SPLIT;
                    return self.split_into(contended, others);
                }
                Ok(Attempt::Conflict) => part.conflicts += 1,
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
        groups: &mut ConflictGroups,
    ) -> Result<Attempt, Unavailable> {
        let (mut state, mut view) = (BatchState::default(), View::default());
        state.is_retry = part.conflicts > 0;
        let began = Instant::now();
        if let Err(error) = self.decide_all(part, &mut state, &mut view, now, groups).await {
            self.record_failure(began);
            return Err(error);
        }
        if !state.has_changes() && part.removals.is_empty() {
            return Ok(Attempt::Committed);
        }
        if part.conflicts == 0
            && let Some(roots) = self.contended.touched_by(groups)
        {
            return Ok(Attempt::Contended(roots));
        }
        let batch = self.batch(&state, part.published(), now)?;
        match self.commit(&batch, view).await {
            Ok(()) => {
                self.record_success();
                crash::point("after_commit_before_answer");
                self.remember(&state, &batch);
                Ok(Attempt::Committed)
            }
            Err(CommitError::Conflict) => {
                self.record_success();
                metrics::counter!("store_conflicts_total", "store" => self.source).increment(1);
                self.cache.clear();
                Ok(Attempt::Conflict)
            }
            Err(CommitError::Failed(error)) => {
                self.record_failure(began);
                Err(error)
            }
            Err(CommitError::Unknown(error)) => {
                self.record_unknown_outcome(batch.marker);
                Err(error.with_unknown_outcome())
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
}
