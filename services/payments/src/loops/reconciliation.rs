//! The schedule of the reconciliations, and the documents that they process.

use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use parking_lot::Mutex;
use sources::Clock;
use store::{Document, Query, Store, Unavailable};

/// Age from which an earlier call to the provider may have been made, although none is recorded.
pub(super) const UNSETTLED_AFTER: Duration = Duration::from_mins(1);

/// Period of a reconciliation, so that the effect of a lost webhook is known within two minutes.
const PERIOD: Duration = Duration::from_mins(1);

/// Documents per read.
const PAGE: u32 = 200;

/// Documents per step. Usually few are unsettled; after an outage of the provider, or while banks
/// keep refunds pending for days, the rest follows one period later.
const DOCUMENTS_MAX: usize = 5_000;

/// The schedule of a reconciliation: once per period. Clones share it.
#[derive(Clone)]
pub(super) struct Schedule {
    next_at: Arc<Mutex<Timestamp>>,
}

impl Schedule {
    /// The first step is due one period after `now`.
    pub(super) fn new(now: Timestamp) -> Self {
        Self { next_at: Arc::new(Mutex::new(now.plus(PERIOD))) }
    }

    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        *self.next_at.lock() <= now
    }

    /// Records that all documents were processed.
    pub(super) fn completed(&self, now: Timestamp) {
        *self.next_at.lock() = now.plus(PERIOD);
    }

    /// Returns when the next step is due.
    pub(super) async fn wait(&self, clock: &Clock) {
        let next_at = *self.next_at.lock();
        clock.sleep_until(next_at).await;
    }
}

/// Documents that are older than a minute and have not ended, oldest first.
pub(super) async fn unsettled<D: Document>(
    store: &Store,
    now: Timestamp,
) -> Result<Vec<D>, Unavailable> {
    let old = Query::on("unsettled").equals(true).to(now.minus(UNSETTLED_AFTER)).limit(PAGE);
    let (mut found, mut pages) = (Vec::new(), store.pages_of(old));
    while found.len() < DOCUMENTS_MAX
        && let Some(page) = pages.next().await?
    {
        found.extend(page);
    }
    Ok(found)
}
