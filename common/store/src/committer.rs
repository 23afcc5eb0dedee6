//! The loop that turns decisions into batches: group commit without timers, batch size follows load.

mod encode;
mod load;

use std::sync::Arc;
use std::time::Duration;

use contract::{Id, Timestamp};
use sources::{Clock, Ids, crash};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::cache::Cache;
use crate::decision::{Decision, Fate, Verdict};
use crate::engine::{Batch, CommitError, Engine, Marker, View};
use crate::error::Unavailable;
use crate::store::Options;
use crate::tx::Tx;
use crate::working::{Want, Working};

/// Decisions in one batch: bounds the time to commit, and with it the wait of the next batch, to tens of milliseconds.
pub const BATCH_DECISIONS_MAX: usize = 512;

/// Times that a batch is decided anew because others were faster, before its callers are told to try again.
pub const CONFLICTS_MAX: u32 = 16;

/// Rounds of loading for one batch. Each round loads at least the next document of the first decision that waits, so
/// this is also how many documents one decision may chase, one after the other.
pub const LOAD_ROUNDS_MAX: usize = 64;

/// Entries in the outbox past which decisions that publish are refused: hours of an absent bus at a steady 30 commits/s.
pub const OUTBOX_ENTRIES_MAX: u64 = 500_000;

/// Batches after which the outbox is counted anew where others write to it and remove from it too.
const RECOUNT_BATCHES: u64 = 256;

/// Wait between two attempts to learn whether a batch was committed.
const RESOLVE_PAUSE: Duration = Duration::from_millis(100);

/// What the committer is sent.
pub(crate) enum Item {
    Decide(Box<dyn Decision>),
    /// Entries that reached the bus. With none it asks for a commit of nothing, to see that commits work.
    Published {
        sequences: Vec<i64>,
        reply: oneshot::Sender<Result<(), Unavailable>>,
    },
}

/// Makes the decisions of one store, batch by batch. There is one a store and process.
pub struct Committer {
    engine: Engine,
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
}

/// The decisions of a batch, and the outbox removals that ride along.
#[derive(Default)]
struct Gathered {
    decisions: Vec<Box<dyn Decision>>,
    published: Vec<i64>,
    replies: Vec<oneshot::Sender<Result<(), Unavailable>>>,
}

impl Committer {
    pub(crate) fn new(
        engine: Engine,
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
    /// once the store is closed and nothing waits.
    pub async fn run_once(&mut self) -> Option<usize> {
        loop {
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

    fn sort_out(&mut self) -> Gathered {
        let mut gathered = Gathered::default();
        for item in self.gathered.drain(..) {
            match item {
                Item::Decide(decision) if decision.is_abandoned() => {}
                Item::Decide(decision) => gathered.decisions.push(decision),
                Item::Published { sequences, reply } => {
                    gathered.published.extend(sequences);
                    gathered.replies.push(reply);
                }
            }
        }
        gathered
    }

    async fn process(&mut self, mut gathered: Gathered) {
        metrics::histogram!("store_batch_decisions", "store" => self.source)
            .record(f64::from(u32::try_from(gathered.decisions.len()).unwrap_or(u32::MAX)));
        self.recount_outbox().await;
        let fate = if self.outbox_length >= OUTBOX_ENTRIES_MAX && gathered.replies.is_empty() {
            Fate::Busy
        } else {
            self.decide_and_commit(&mut gathered).await
        };
        for decision in gathered.decisions {
            decision.answer(&fate);
        }
        for reply in gathered.replies {
            // The relay may have been stopped; it reads the outbox again when it starts.
            let _ = reply.send(match &fate {
                Fate::Committed => Ok(()),
                Fate::Busy => Err(Unavailable::new("cannot remove outbox entries: busy")),
                Fate::NotWritten(why) => Err(Unavailable::new(why.as_str())),
            });
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
                    tracing::warn!(
                        store = self.source,
                        error = error.chain(),
                        "outbox not counted"
                    );
                }
            }
        }
    }

    async fn decide_and_commit(&mut self, gathered: &mut Gathered) -> Fate {
        let mut reload: Vec<Want> = Vec::new();
        for _ in 0..=CONFLICTS_MAX {
            let now = self.clock.now();
            let (mut working, mut view) = (Working::default(), View::default());
            let reloading = std::mem::take(&mut reload);
            if let Err(error) = self.load_into(&mut working, &mut view, reloading).await {
                return not_written(&error);
            }
            if let Err(error) = self.decide_all(gathered, &mut working, &mut view, now).await {
                return not_written(&error);
            }
            if !working.has_changes() && gathered.replies.is_empty() {
                return Fate::Committed;
            }
            let batch = match self.batch(&working, gathered.published.clone(), now) {
                Ok(batch) => batch,
                Err(error) => return not_written(&error),
            };
            match self.commit(&batch, view).await {
                Ok(()) => {
                    crash::point("after_commit_before_answer");
                    self.remember(&working, &batch);
                    return Fate::Committed;
                }
                Err(CommitError::Conflict(conflicts)) => {
                    metrics::counter!("store_conflicts_total", "store" => self.source).increment(1);
                    for (collection, id) in conflicts {
                        self.cache.remove(collection.name, &id);
                        reload.extend(working.want_again(collection.name, &id));
                    }
                }
                Err(CommitError::Failed(error) | CommitError::Unknown(error)) => {
                    return not_written(&error);
                }
            }
        }
        Fate::Busy
    }

    /// Runs every decision in order, each on what the ones before it wrote. Where a document is missing, the rest runs
    /// only to learn what else is; all of it is loaded at once, and deciding goes on from the first that waited.
    async fn decide_all(
        &mut self,
        gathered: &mut Gathered,
        working: &mut Working,
        view: &mut View,
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        let mut decided = 0;
        let mut rounds_without_progress = 0;
        loop {
            let mut wants = Vec::new();
            let before = decided;
            for decision in gathered.decisions.iter_mut().skip(before) {
                wants.extend(self.decide_one(decision.as_mut(), working, now, wants.is_empty()));
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

    /// Runs one decision until it ends or wants what is not in memory. Only a decision whose turn it is keeps its writes.
    fn decide_one(
        &mut self,
        decision: &mut dyn Decision,
        working: &mut Working,
        now: Timestamp,
        is_its_turn: bool,
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

    /// Commits, and where the outcome is unknown finds it out before going on.
    async fn commit(&mut self, batch: &Batch, mut view: View) -> Result<(), CommitError> {
        #[cfg(feature = "faults")]
        let batch = &self.publish_before_commit(batch).await?;
        crash::point("before_commit");
        let started = tokio::time::Instant::now();
        loop {
            let outcome = self.engine.commit(batch, std::mem::take(&mut view)).await;
            let Err(CommitError::Unknown(error)) = outcome else {
                metrics::histogram!("store_commit_seconds", "store" => self.source)
                    .record(started.elapsed().as_secs_f64());
                return outcome;
            };
            tracing::warn!(store = self.source, error = error.chain(), "commit outcome unknown");
            if self.find_out(batch.marker).await {
                return Ok(());
            }
            // It did not happen. Naming the same versions, it can be tried again without harm.
        }
    }

    /// A planted bug: messages go out in a commit of their own, before that of the documents they tell of.
    #[cfg(feature = "faults")]
    async fn publish_before_commit(&self, batch: &Batch) -> Result<Batch, CommitError> {
        let mut rest = batch.clone();
        if crash::is_planted(crash::Bug::PublishBeforeCommit) && !batch.outbox.is_empty() {
            let outbox = std::mem::take(&mut rest.outbox);
            let (writes, reads, published) = (Vec::new(), Vec::new(), Vec::new());
            let alone = Batch { writes, reads, outbox, published, ..rest };
            self.engine.commit(&alone, View::default()).await?;
            self.changed.notify_one();
        }
        Ok(rest)
    }

    async fn find_out(&self, marker: Marker) -> bool {
        loop {
            match self.engine.was_committed(marker).await {
                Ok(committed) => return committed,
                Err(error) => {
                    tracing::warn!(store = self.source, error = error.chain(), "still unknown");
                    tokio::time::sleep(RESOLVE_PAUSE).await;
                }
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
    Fate::NotWritten(error.chain())
}
