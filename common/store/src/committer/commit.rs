//! Committing a batch, until it is known what became of it or callers have waited long enough.

use std::time::Duration;

use contract::Backoff;
use sources::crash;
use tokio::time::Instant;

use super::Committer;
use crate::engine::{Batch, CommitError, Marker, View};

/// Pauses before a batch is committed again that turned out not to have been written.
const COMMIT_RETRY: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_millis(400));

/// Attempts to commit a batch whose outcome is unknown each time; a server that restarts needs two.
const COMMIT_ATTEMPTS_MAX: usize = 3;

/// Pauses between queries whether a batch was committed, while its callers wait.
const RESOLVE_RETRY: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_millis(200));

/// Time after which callers receive an unknown outcome; the committer then resolves it without them.
const RESOLVE_MAX: Duration = Duration::from_secs(1);

impl Committer {
    /// Commits. An unknown outcome is found out, and a batch that was not written is committed again, within bounds;
    /// [`CommitError::Unknown`] if callers have waited long enough.
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
            match self.find_out(batch.marker).await {
                Some(true) => return Ok(()),
                // Naming the same versions, it can be tried again without harm.
                Some(false) => match pauses.next() {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => return Err(CommitError::Failed(error)),
                },
                None => return Err(CommitError::Unknown(error)),
            }
        }
    }

    /// Whether a batch was committed; `None` if the engine has not said so within [`RESOLVE_MAX`].
    async fn find_out(&self, marker: Marker) -> Option<bool> {
        let asking = async {
            for pause in RESOLVE_RETRY.pauses() {
                if let Ok(committed) = self.engine.was_committed(marker).await {
                    return committed;
                }
                tokio::time::sleep(pause).await;
            }
            false
        };
        tokio::time::timeout(RESOLVE_MAX, asking).await.ok()
    }
}
