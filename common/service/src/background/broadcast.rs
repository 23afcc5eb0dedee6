//! Broadcast subscriptions: every replica of a service applies each message, in memory.
//!
//! The durable consumer of the subscription delivers a message to one replica, whose handler stores
//! a copy of it and applies it. The others share the store: each polls for new copies, and applies
//! them.

use std::sync::Arc;
use std::time::Duration;

use sources::Clock;
use store::{Document, Position, Query, Store, Unavailable};
use tokio::sync::Mutex;

/// Copies in one read.
const PAGE: u32 = 500;

/// Period of reading copies that another replica stored: a message takes effect on all replicas
/// within a second.
pub const POLL_PERIOD: Duration = Duration::from_millis(250);

/// Overlap of a poll with earlier times. A copy has the time of the clock of its replica, and
/// becomes visible when its commit ends: the offset of clocks with NTP plus a healthy commit are
/// far below this.
const POLL_OVERLAP: Duration = Duration::from_secs(5);

/// Overlap of an extended poll: a commit whose outcome was resolved after a fail-over, or a wrong
/// clock. Beyond that a clock is so wrong that tokens are judged wrongly too.
const EXTENDED_POLL_OVERLAP: Duration = Duration::from_mins(5);

/// Polls between two extended ones: every ten seconds.
const POLLS_PER_EXTENDED_POLL: u32 = 40;

/// Applies copies that other replicas of the service stored. A repeated application has no effect.
pub struct FollowReplicas<D> {
    store: Store,
    clock: Clock,
    by_arrival: &'static str,
    apply: Arc<dyn Fn(&D) + Send + Sync>,
    look: Arc<Mutex<Scan>>,
}

/// One scan of the newest copies, one page per step.
#[derive(Default)]
struct Scan {
    /// Scans before this one.
    count: u32,
    /// The position of the scan.
    after: Option<Position>,
}

impl<D> Clone for FollowReplicas<D> {
    fn clone(&self) -> Self {
        let Self { store, clock, by_arrival, apply, look } = self;
        let (store, clock) = (store.clone(), clock.clone());
        Self { store, clock, by_arrival, apply: Arc::clone(apply), look: Arc::clone(look) }
    }
}

impl<D: Document> FollowReplicas<D> {
    /// Reads copies from this store; the index sorts them by the time at which they were stored.
    pub fn new(
        store: Store,
        clock: Clock,
        by_arrival: &'static str,
        apply: impl Fn(&D) + Send + Sync + 'static,
    ) -> Self {
        Self { store, clock, by_arrival, apply: Arc::new(apply), look: Arc::default() }
    }

    /// Applies a page of the newest copies; returns their number, or 0 for the last page of a scan.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not respond.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let mut look = self.look.lock().await;
        let back = if look.count % POLLS_PER_EXTENDED_POLL == 0 {
            EXTENDED_POLL_OVERLAP
        } else {
            POLL_OVERLAP
        };
        let newest = Query::on(self.by_arrival).from(self.clock.now().minus(back));
        let newest = newest.after(look.after.clone()).limit(PAGE);
        let page = self.store.query::<D>(newest.clone()).await?;
        for copy in &page {
            (self.apply)(copy);
        }
        let is_full = page.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
        if let Some(last) = page.last().filter(|_| is_full) {
            look.after = Some(newest.position_of(last));
            return Ok(page.len());
        }
        *look = Scan { count: look.count.wrapping_add(1), after: None };
        Ok(0)
    }

    /// Returns when the next scan is due.
    pub async fn wait(&self) {
        self.clock.sleep(POLL_PERIOD).await;
    }
}
