//! Waiting, within a bound, for a copy that is on its way: a client may use an id sooner than the message that tells of it
//! arrives.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use contract::{Backoff, Id, Timestamp};
use parking_lot::Mutex;
use sources::Clock;
use tokio::sync::Notify;

/// How long a request waits for a copy.
pub const ARRIVAL_WAIT_MAX: Duration = Duration::from_secs(1);

/// Age of an id up to which its copy may still be on its way; older unknown ids are simply unknown, and so are those from as far in the future,
/// which no clock of ours has minted.
pub const ARRIVAL_AGE_MAX: Duration = Duration::from_secs(10);

/// Pauses between two reads without an announcement: another replica of the service may have updated the copy. They grow, so that
/// many requests that wait for late copies do not delay the copies further.
pub const LOOKS: Backoff = Backoff::new(Duration::from_millis(50), ARRIVAL_WAIT_MAX);

/// Copies remembered in each of two generations: more than are ever new and wanted at once.
const GENERATION_MAX: usize = 4_096;

/// Told by a listener of every copy that it committed; waited for by requests. Only those are woken who wait for that copy: otherwise
/// each copy that arrives would cause a read by every waiting request.
#[derive(Debug, Clone, Default)]
pub struct Arrivals {
    waiting: Arc<Mutex<HashMap<Id, Arc<Notify>>>>,
    found: Arc<Mutex<Generations>>,
}

/// Ids whose copies were found: what has arrived stays, so nobody has to look again.
#[derive(Debug, Default)]
struct Generations {
    young: HashSet<Id>,
    old: HashSet<Id>,
}

/// A wait for one copy.
#[derive(Debug)]
pub struct Waiting {
    arrivals: Arrivals,
    id: Id,
    clock: Clock,
    until: Timestamp,
}

/// A place among those who wait for a copy.
struct Place<'a> {
    arrivals: &'a Arrivals,
    id: Id,
    arrived: Arc<Notify>,
}

impl Arrivals {
    /// The copy of what `id` names was committed.
    pub fn announce(&self, id: Id) {
        if let Some(arrived) = self.waiting.lock().get(&id) {
            arrived.notify_waiters();
        }
    }

    /// A wait for the copy of what `id` names: none if the id is too old for the copy to be on its way, or from the future, or if it
    /// was waited for before and found.
    #[must_use]
    pub fn waiting_for(&self, id: Id, clock: &Clock) -> Waiting {
        let is_found = self.found.lock().contains(id);
        let waiting = self.waiting_for_own(id, clock);
        if is_found { Waiting { until: clock.now(), ..waiting } } else { waiting }
    }

    /// A wait for the copy of what `id` names and who waits owns; a look finds it for nobody else. That its owner found it before makes no
    /// difference: others would learn that it is there from how long they wait.
    #[must_use]
    pub fn waiting_for_own(&self, id: Id, clock: &Clock) -> Waiting {
        let now = clock.now();
        let minted_at = id.minted_at();
        let is_young =
            minted_at.plus(ARRIVAL_AGE_MAX) >= now && minted_at <= now.plus(ARRIVAL_AGE_MAX);
        let until = if is_young { now.plus(ARRIVAL_WAIT_MAX) } else { now };
        Waiting { arrivals: self.clone(), id, clock: clock.clone(), until }
    }

    /// A wait until `until` for a later version of a copy that is there already.
    #[must_use]
    pub fn waiting_until(&self, id: Id, clock: &Clock, until: Timestamp) -> Waiting {
        Waiting { arrivals: self.clone(), id, clock: clock.clone(), until }
    }

    fn place(&self, id: Id) -> Place<'_> {
        let arrived = Arc::clone(self.waiting.lock().entry(id).or_default());
        Place { arrivals: self, id, arrived }
    }
}

impl Generations {
    fn contains(&self, id: Id) -> bool {
        self.young.contains(&id) || self.old.contains(&id)
    }

    fn remember(&mut self, id: Id) {
        if self.young.len() >= GENERATION_MAX {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(id);
    }
}

impl Waiting {
    /// Whether there is any time to wait; if not, the copy can be looked for straight away.
    #[must_use]
    pub fn is_worth_it(&self) -> bool {
        self.until > self.clock.now()
    }

    /// Calls `look` when the copy arrives, and after each of the [`LOOKS`], until it returns anything but `None` or the time is up;
    /// returns the last result.
    ///
    /// # Errors
    /// The first error of `look`.
    pub async fn until_found<T, E, F>(&self, look: impl Fn() -> F) -> Result<Option<T>, E>
    where
        F: Future<Output = Result<Option<T>, E>>,
    {
        let place = self.arrivals.place(self.id);
        let mut looks = 1;
        loop {
            // From here on an arrival is noticed, although nobody awaits it yet.
            let arrived = place.arrived.notified();
            if let Some(found) = look().await? {
                self.arrivals.found.lock().remember(self.id);
                return Ok(Some(found));
            }
            let now = self.clock.now();
            if now >= self.until {
                return Ok(None);
            }
            tokio::select! {
                biased;
                () = arrived => {}
                () = self.clock.sleep_until(self.until.min(now.plus(LOOKS.pause(looks)))) => looks += 1,
            }
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut waiting = self.arrivals.waiting.lock();
        // This value and the map hold the last two.
        if Arc::strong_count(&self.arrived) <= 2 {
            waiting.remove(&self.id);
        }
    }
}
