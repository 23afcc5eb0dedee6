//! Committing a batch, until the outcome is known or callers have waited long enough.

use std::time::Duration;

use contract::Backoff;
use sources::crash;
use tokio::time::Instant;

use super::Committer;
use crate::engines::batch::{Batch, CommitError, Marker, View};

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
