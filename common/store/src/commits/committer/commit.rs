//! Encoding a batch for the engine, and committing it until the outcome is known or callers have
//! waited long enough.

use std::time::Duration;

use contract::{Backoff, Timestamp};
use sources::crash;
use tokio::time::Instant;

use super::Committer;
use crate::commits::batch_state::{BatchState, Slot};
use crate::commits::envelopes::EnvelopeBuilder;
use crate::engines::batch::{Batch, CommitError, Marker, Record, View, Write};
use crate::error::Unavailable;

/// Backoff before a batch that was not written is committed again.
const COMMIT_RETRY: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_millis(400));

/// Attempts to commit a batch whose outcome is unknown each time; a restarting server needs two.
const COMMIT_ATTEMPTS_MAX: usize = 3;

/// Backoff between queries for a batch's outcome while its callers wait.
const RESOLVE_RETRY: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_millis(200));

/// Time after which callers receive an unknown outcome; the committer then resolves it without
/// them.
const RESOLVE_MAX: Duration = Duration::from_secs(1);

impl Committer {
    pub(super) fn batch(
        &mut self,
        state: &BatchState,
        published: Vec<i64>,
        now: Timestamp,
    ) -> Result<Batch, Unavailable> {
        self.marker.sequence += 1;
        let encoding = |error| Unavailable::caused_by("cannot encode a batch", error);
        let mut writes = Vec::new();
        for ((_, id), slot) in state.written() {
            writes.extend(self.write(id, slot).map_err(encoding)?);
        }
        let reads = state.read().collect();
        let builder = EnvelopeBuilder { source: self.source, now, ids: &self.ids };
        let outbox = builder.build(&state.messages).map_err(encoding)?;
        Ok(Batch { marker: self.marker, writes, reads, outbox, published, committed_at: now })
    }

    fn write(&self, id: &str, slot: &Slot) -> Result<Option<Write>, serde_json::Error> {
        let collection = slot.collection;
        let Some(document) = &slot.document else {
            return Ok(slot.stored_version.map(|expected_version| Write::Delete {
                collection,
                id: id.to_string(),
                expected_version,
            }));
        };
        let declared = self.fields.iter().find(|(name, _)| *name == collection.name);
        let record = Record {
            collection,
            id: id.to_string(),
            version: slot.stored_version.map_or(1, |version| version + 1),
            keys: declared.map(|(_, fields)| document.keys(fields)).unwrap_or_default(),
            body: document.encode()?,
        };
        Ok(Some(match slot.stored_version {
            None => Write::Insert(record),
            Some(expected_version) => Write::Replace { record, expected_version },
        }))
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

    /// Whether a batch was committed; `None` if the engine does not report it within
    /// [`RESOLVE_MAX`].
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
}
