//! The committer while its engine does not commit: it refuses decisions at once, probes the engine
//! after pauses, and resolves the outcome of the last batch before it commits another one.

use std::time::Duration;

use contract::Backoff;
use tokio::time::Instant;

use super::{BATCH_DECISIONS_MAX, Committer, EngineFailure};
use crate::commits::decision::CommitOutcome;
use crate::engines::batch::{Batch, CommitError, Marker, View};
use crate::engines::outage::Access;
use crate::error::Unavailable;

/// Backoff between two probes of an engine that does not commit.
const PROBE_RETRY: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));

/// Duration of a failed attempt past which the engine counts as hanging. Decisions are refused
/// until it commits again, so that callers do not queue. An engine that fails at once is tried with
/// every batch.
const SLOW: Duration = Duration::from_millis(500);

impl Committer {
    /// Records an attempt since `began` that failed without effect.
    pub(super) fn record_failure(&mut self, began: Instant) {
        self.record(None, began.elapsed() >= SLOW);
    }

    /// Records a batch with an unknown outcome.
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

    /// The reason to refuse decisions at present.
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
        let probe = self.probe();
        let (engine, changed) = (self.engine.clone(), std::sync::Arc::clone(&self.changed));
        let probing = async move {
            let Some(marker) = unknown else {
                return match engine.commit(&probe, View::default()).await {
                    Ok(()) | Err(CommitError::Conflict(_)) => Ok(None),
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

    /// A batch with nothing but the committer's marker.
    fn probe(&mut self) -> Batch {
        self.marker.sequence += 1;
        Batch {
            marker: self.marker,
            writes: Vec::new(),
            reads: Vec::new(),
            outbox: Vec::new(),
            published: Vec::new(),
            committed_at: self.clock.now(),
        }
    }
}
