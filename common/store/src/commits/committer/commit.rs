//! Encoding a batch for the engine, and committing it until the outcome is known or callers have
//! waited long enough. While the engine does not commit, the committer refuses decisions at once,
//! probes the engine after pauses, and resolves the outcome of the last batch before it commits
//! another one.

use std::time::Duration;

use contract::{Backoff, Timestamp};
use sources::crash;
use tokio::time::Instant;

use super::{BATCH_DECISIONS_MAX, Committer, EngineFailure};
use crate::commits::batch_state::{BatchState, Slot};
use crate::commits::decision::CommitOutcome;
use crate::commits::envelopes;
use crate::engines::batch::{Batch, CommitError, Content, Marker, View, Write};
use crate::engines::outage::Access;
use crate::error::Unavailable;

/// Backoff before a batch that was not written is committed again.
const COMMIT_RETRY: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_millis(400));

/// Attempts to commit a batch whose outcome is unknown each time; a restarting server needs two.
const COMMIT_ATTEMPTS_MAX: usize = 3;

/// Backoff between queries for a batch's outcome while its callers wait.
const RESOLVE_RETRY: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_millis(200));

/// Time after which callers receive an unknown outcome, which the committer resolves later.
const RESOLVE_MAX: Duration = Duration::from_secs(1);

/// Backoff between two probes of an engine that does not commit.
const PROBE_RETRY: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));

/// Duration of a failed attempt past which the engine counts as hanging. Decisions are refused
/// until it commits again, so that callers do not queue. An engine that fails at once is tried with
/// every batch.
const SLOW: Duration = Duration::from_millis(500);

impl Committer {
    pub(super) fn batch(
        &mut self,
        state: &BatchState,
        published: Vec<i64>,
        now: Timestamp,
    ) -> Result<Batch, Unavailable> {
        self.marker.sequence += 1;
        let encoding = |error| Unavailable::caused_by("cannot encode a batch", error);
        let writes = state.written().filter_map(|((_, id), slot)| write(id, slot).transpose());
        let writes = writes.collect::<Result<_, _>>().map_err(encoding)?;
        let reads = state.read().collect();
        let outbox = envelopes::build(self.source, now, &self.ids, &state.messages);
        let outbox = outbox.map_err(encoding)?;
        Ok(Batch { writes, reads, outbox, published, ..Batch::empty(self.marker, now) })
    }

    /// Commits. An unknown outcome is resolved, and a batch that was not written is committed
    /// again, within bounds; [`CommitError::Unknown`] if callers have waited long enough.
    pub(super) async fn commit(&self, batch: &Batch, mut view: View) -> Result<(), CommitError> {
        crash::point("before_commit");
        let started = Instant::now();
        let mut pauses = COMMIT_RETRY.pauses().take(COMMIT_ATTEMPTS_MAX - 1);
        loop {
            let outcome = self.engine.commit(batch, std::mem::take(&mut view)).await;
            let Err(CommitError::Unknown(error)) = outcome else {
                metrics::histogram!("store_commit_seconds", "store" => self.source)
                    .record(started.elapsed().as_secs_f64());
                return outcome;
            };
            tracing::debug!(store = self.source, error = error.chain(), "commit outcome unknown");
            match self.resolve_outcome(batch.marker).await {
                Some(true) => return Ok(()),
                // It checks the same versions, so a repeat is harmless.
                Some(false) => match pauses.next() {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => return Err(CommitError::Failed(error)),
                },
                None => return Err(CommitError::Unknown(error)),
            }
        }
    }

    /// Whether a batch was committed; `None` without a report within [`RESOLVE_MAX`].
    async fn resolve_outcome(&self, marker: Marker) -> Option<bool> {
        let resolving = async {
            for pause in RESOLVE_RETRY.pauses() {
                if let Ok(committed) = self.engine.was_committed(marker).await {
                    return committed;
                }
                tokio::time::sleep(pause).await;
            }
            false
        };
        tokio::time::timeout(RESOLVE_MAX, resolving).await.ok()
    }

    /// Records an attempt since `began` that failed without effect.
    pub(super) fn record_failure(&mut self, began: Instant) {
        self.record(None, began.elapsed() >= SLOW);
    }

    pub(super) fn record_unknown_outcome(&mut self, marker: Marker) {
        self.record(Some(marker), true);
    }

    /// Records a success. The engine is probed until its outage counts as over; otherwise a store
    /// without traffic would report no success.
    pub(super) fn record_success(&mut self) {
        self.failure = self.engine.outage.is_ongoing(Access::Write).then(|| EngineFailure {
            unknown: None,
            hangs: false,
            failures: 0,
            probe_at: Instant::now() + PROBE_RETRY.pause(u32::MAX),
        });
    }

    fn record(&mut self, unknown: Option<Marker>, hangs: bool) {
        let before = self.failure.take();
        let failures = before.as_ref().map_or(0, |failure| failure.failures).saturating_add(1);
        let unknown = unknown.or(before.and_then(|failure| failure.unknown));
        let probe_at = Instant::now() + PROBE_RETRY.pause(failures);
        self.failure = Some(EngineFailure { unknown, hangs, failures, probe_at });
    }

    pub(super) fn refusal(&self) -> Option<Unavailable> {
        let failure = self.failure.as_ref()?;
        let why = match failure.unknown {
            Some(_) => "the outcome of the last commit is unknown",
            None if failure.hangs => "the store does not respond",
            None => return None,
        };
        Some(Unavailable::new(format!("cannot decide in {}: {why}", self.source)).reported())
    }

    pub(super) fn repair_is_due(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.probe_at <= Instant::now())
    }

    /// Probes the engine; decisions that arrive meanwhile are refused at once.
    pub(super) async fn repair(&mut self) {
        let unknown = self.failure.as_ref().and_then(|failure| failure.unknown);
        let began = Instant::now();
        self.marker.sequence += 1;
        let probe = Batch::empty(self.marker, self.clock.now());
        let (engine, changed) = (self.engine.clone(), std::sync::Arc::clone(&self.changed));
        let probing = async move {
            let Some(marker) = unknown else {
                return match engine.commit(&probe, View::default()).await {
                    Ok(()) | Err(CommitError::Conflict) => Ok(None),
                    Err(CommitError::Failed(error) | CommitError::Unknown(error)) => Err(error),
                };
            };
            engine.was_committed(marker).await?;
            // If it was committed, its messages must be published.
            let outbox_length = engine.count_outbox().await?;
            changed.notify_one();
            Ok(Some(outbox_length))
        };
        let mut probing = Box::pin(probing);
        let probed = loop {
            tokio::select! {
                biased;
                probed = &mut probing => break probed,
                received = self.items.recv_many(&mut self.queued, BATCH_DECISIONS_MAX) => {
                    if received == 0 {
                        break probing.await;
                    }
                    let part = self.take_queued();
                    let why = self.refusal();
                    let why = why.unwrap_or_else(|| Unavailable::new("cannot decide: the store is being probed"));
                    part.reply(&CommitOutcome::Failed(why));
                }
                () = self.closing.notified() => self.items.close(),
            }
        };
        match probed {
            Ok(outbox_length) => {
                self.record_success();
                if let Some(outbox_length) = outbox_length {
                    self.outbox_length = outbox_length;
                    // The cache may contain documents that the batch replaced.
                    self.cache.clear();
                }
            }
            Err(_) => self.record(unknown, began.elapsed() >= SLOW),
        }
    }
}

/// The write of a document; `None` for one that the same batch inserted and removed.
fn write(id: &str, slot: &Slot) -> Result<Option<Write>, serde_json::Error> {
    let content = match &slot.document {
        None if slot.stored_version.is_none() => return Ok(None),
        None => None,
        Some(document) => {
            let (keys, body) = (document.keys(&slot.collection.fields()), document.encode()?);
            Some(Content { keys, body })
        }
    };
    Ok(Some(Write { expected: slot.expected(id), content }))
}
