//! Bounded waits for copies: a client may use an id before the message of its aggregate arrives.

use std::sync::Arc;
use std::time::Duration;

use contract::{Backoff, Id, Timestamp};
use hashlink::LruCache;
use parking_lot::Mutex;
use sources::Clock;

use super::waiters::Waiters;

/// Longest wait of a request for a copy.
pub const ARRIVAL_WAIT_MAX: Duration = Duration::from_secs(1);

/// Age of an id up to which its copy may still arrive. Older unknown ids do not exist, and neither
/// do those from as far in the future, which no clock of this system has generated.
pub const ARRIVAL_AGE_MAX: Duration = Duration::from_secs(10);

/// Pauses between reads without a notification: another replica of the service may have updated the
/// copy. They grow, so that many waiting requests do not delay late copies further.
pub const POLLS: Backoff = Backoff::new(Duration::from_millis(50), ARRIVAL_WAIT_MAX);

/// Remembered ids: more than are new and awaited at once.
const FOUND_MAX: usize = 8_192;

/// Notifications of committed copies: a listener announces each, requests wait for them.
#[derive(Debug, Clone)]
pub struct CopyArrivals {
    waiters: Waiters<Id>,
    /// Ids whose copies were found: copies are not deleted, so no further wait is needed.
    found: Arc<Mutex<LruCache<Id, ()>>>,
}

impl Default for CopyArrivals {
    fn default() -> Self {
        Self { waiters: Waiters::default(), found: Arc::new(Mutex::new(LruCache::new(FOUND_MAX))) }
    }
}

/// A wait for one copy.
#[derive(Debug)]
#[must_use]
pub struct CopyWait {
    arrivals: CopyArrivals,
    id: Id,
    clock: Clock,
    until: Timestamp,
}

impl CopyArrivals {
    /// Announces that the copy with this `id` was committed.
    pub fn announce(&self, id: Id) {
        self.waiters.notify(id);
    }

    /// A wait for the copy with this `id`: without a wait if the id is too old for the copy to be
    /// late, or from the future, or if an earlier wait found it.
    pub fn waiting_for(&self, id: Id, clock: &Clock) -> CopyWait {
        let is_found = self.found.lock().contains_key(&id);
        let waiting = self.waiting_for_own(id, clock);
        if is_found { CopyWait { until: clock.now(), ..waiting } } else { waiting }
    }

    /// A wait for the copy with this `id`, which the caller owns; other callers do not find it.
    /// Earlier results do not shorten it: its length would reveal to others that the copy exists.
    pub fn waiting_for_own(&self, id: Id, clock: &Clock) -> CopyWait {
        let now = clock.now();
        let minted_at = id.minted_at();
        let is_young =
            minted_at.plus(ARRIVAL_AGE_MAX) >= now && minted_at <= now.plus(ARRIVAL_AGE_MAX);
        let until = if is_young { now.plus(ARRIVAL_WAIT_MAX) } else { now };
        CopyWait { arrivals: self.clone(), id, clock: clock.clone(), until }
    }

    /// A wait until `until` for a later version of an existing copy.
    pub fn waiting_until(&self, id: Id, clock: &Clock, until: Timestamp) -> CopyWait {
        CopyWait { arrivals: self.clone(), id, clock: clock.clone(), until }
    }
}

impl CopyWait {
    /// Whether the copy may still arrive; if not, one read suffices.
    #[must_use]
    pub fn may_arrive(&self) -> bool {
        self.until > self.clock.now()
    }

    /// Calls `look` when the copy arrives, and after each of the [`POLLS`], until it returns
    /// anything but `None` or the time is over; returns the last result.
    ///
    /// # Errors
    /// The first error of `look`.
    pub async fn until_found<T, E, F>(&self, look: impl Fn() -> F) -> Result<Option<T>, E>
    where
        F: Future<Output = Result<Option<T>, E>>,
    {
        let CopyArrivals { waiters, found } = &self.arrivals;
        let limits = (&self.clock, self.until, POLLS);
        let copy = waiters.read_until(self.id, limits, Option::is_some, look).await?;
        if copy.is_some() {
            found.lock().insert(self.id, ());
        }
        Ok(copy)
    }
}
