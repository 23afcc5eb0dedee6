//! The committer while its engine does not commit: it refuses decisions that would wait in vain, probes the engine after pauses,
//! and resolves the outcome of the last batch before it commits another one.

use std::time::Duration;

use contract::Backoff;
use tokio::time::Instant;

use super::{BATCH_DECISIONS_MAX, Committer};
use crate::decision::Fate;
use crate::engine::{Batch, CommitError, Marker, View};
use crate::error::Unavailable;
use crate::outage::Access;

/// Pauses between two probes of an engine that does not commit.
const LOOK_RETRY: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));

/// An attempt that fails later than this shows an engine that hangs. Decisions are refused until it commits again, so that callers
/// do not wait behind each other. An engine that fails at once is tried with every batch.
const SLOW: Duration = Duration::from_millis(500);

/// An engine that did not commit the last time.
pub(super) struct Trouble {
    /// The batch whose outcome is unknown.
    unknown: Option<Marker>,
    /// The last failure took long.
    hangs: bool,
    failures: u32,
    look_at: Instant,
}

impl Trouble {
    /// Time of the next probe of the engine.
    pub(super) fn look_at(&self) -> Instant {
        self.look_at
    }
}

impl Committer {
    /// An attempt that began then has failed without effect.
    pub(super) fn note_trouble(&mut self, began: Instant) {
        self.note(None, began.elapsed() >= SLOW);
    }

    /// What became of a batch is unknown.
    pub(super) fn note_unknown(&mut self, marker: Marker) {
        self.note(Some(marker), true);
    }

    /// The engine works. It is probed until its outage counts as over; a store without traffic would report no success otherwise.
    pub(super) fn note_success(&mut self) {
        self.trouble = self.engine.outage.is_ongoing(Access::Write).then(|| Trouble {
            unknown: None,
            hangs: false,
            failures: 0,
            look_at: Instant::now() + LOOK_RETRY.pause(u32::MAX),
        });
    }

    fn note(&mut self, unknown: Option<Marker>, hangs: bool) {
        let before = self.trouble.take();
        let failures = before.as_ref().map_or(0, |trouble| trouble.failures).saturating_add(1);
        let unknown = unknown.or(before.and_then(|trouble| trouble.unknown));
        let look_at = Instant::now() + LOOK_RETRY.pause(failures);
        self.trouble = Some(Trouble { unknown, hangs, failures, look_at });
    }

    /// Why decisions are not tried at present.
    pub(super) fn refusal(&self) -> Option<Unavailable> {
        let trouble = self.trouble.as_ref()?;
        let why = match trouble.unknown {
            Some(_) => "the outcome of the last commit is unknown",
            None if trouble.hangs => "the store does not answer",
            None => return None,
        };
        Some(Unavailable::new(format!("cannot decide in {}: {why}", self.source)).reported())
    }

    pub(super) fn repair_is_due(&self) -> bool {
        self.trouble.as_ref().is_some_and(|trouble| trouble.look_at <= Instant::now())
    }

    /// Probes the engine; decisions that arrive meanwhile are refused at once.
    pub(super) async fn repair(&mut self) {
        let unknown = self.trouble.as_ref().and_then(|trouble| trouble.unknown);
        let began = Instant::now();
        let probe = self.probe();
        let (engine, changed) = (self.engine.clone(), std::sync::Arc::clone(&self.changed));
        let looking = async move {
            let Some(marker) = unknown else {
                return match engine.commit(&probe, View::default()).await {
                    Ok(()) | Err(CommitError::Conflict(_)) => Ok(None),
                    Err(CommitError::Failed(error) | CommitError::Unknown(error)) => Err(error),
                };
            };
            engine.was_committed(marker).await?;
            // Its messages are to be published if it was committed.
            let outbox_length = engine.count_outbox().await?;
            changed.notify_one();
            Ok(Some(outbox_length))
        };
        let mut looking = Box::pin(looking);
        let looked = loop {
            tokio::select! {
                biased;
                looked = &mut looking => break looked,
                received = self.items.recv_many(&mut self.gathered, BATCH_DECISIONS_MAX) => {
                    if received == 0 {
                        break looking.await;
                    }
                    let part = self.sort_out();
                    let why = self.refusal();
                    let why = why.unwrap_or_else(|| Unavailable::new("cannot decide: not now"));
                    part.answer(&Fate::Failed(why));
                }
                () = self.closing.notified() => self.items.close(),
            }
        };
        match looked {
            Ok(outbox_length) => {
                self.note_success();
                if let Some(outbox_length) = outbox_length {
                    self.outbox_length = outbox_length;
                    // It may hold what that batch replaced.
                    self.cache.clear();
                }
            }
            Err(_) => self.note(unknown, began.elapsed() >= SLOW),
        }
    }

    /// A batch of nothing but the committer's mark.
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
