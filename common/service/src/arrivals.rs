//! Waiting, within a bound, for a copy that is on its way: a client may use an id sooner than the message that tells of it
//! arrives.

use std::sync::Arc;
use std::time::Duration;

use contract::{Id, Timestamp};
use sources::Clock;
use tokio::sync::Notify;

/// How long a request waits for a copy.
pub const ARRIVAL_WAIT_MAX: Duration = Duration::from_secs(1);

/// Age of an id up to which its copy may still be on its way; older unknown ids are simply unknown.
pub const ARRIVAL_AGE_MAX: Duration = Duration::from_secs(10);

/// Wait between two looks although nothing was announced: the copy may come by another replica of the service.
pub const LOOK_PERIOD: Duration = Duration::from_millis(50);

/// Told by a listener of every copy that it committed; waited for by requests.
#[derive(Debug, Clone, Default)]
pub struct Arrivals {
    arrived: Arc<Notify>,
}

/// A wait for one copy. Make it before the first look, so that no arrival between look and wait is missed.
#[derive(Debug)]
pub struct Waiting {
    arrived: Arc<Notify>,
    clock: Clock,
    until: Timestamp,
}

impl Arrivals {
    /// Something arrived.
    pub fn announce(&self) {
        self.arrived.notify_waiters();
    }

    /// A wait for the copy of what `id` names: none if the id is too old for the copy to be on its way.
    #[must_use]
    pub fn waiting_for(&self, id: Id, clock: &Clock) -> Waiting {
        let now = clock.now();
        let young = id.minted_at().plus(ARRIVAL_AGE_MAX) >= now;
        let until = if young { now.plus(ARRIVAL_WAIT_MAX) } else { now };
        Waiting { arrived: Arc::clone(&self.arrived), clock: clock.clone(), until }
    }
}

impl Waiting {
    /// Whether there is any time to wait; if not, the copy can be looked for straight away.
    #[must_use]
    pub fn is_worth_it(&self) -> bool {
        self.until > self.clock.now()
    }

    /// Looks again whenever something arrives, and every [`LOOK_PERIOD`], until `look` finds what it wants (anything but `None`) or the time is up;
    /// answers the last look.
    ///
    /// # Errors
    /// The first error of `look`.
    pub async fn until_found<T, E, F>(&self, look: impl Fn() -> F) -> Result<Option<T>, E>
    where
        F: Future<Output = Result<Option<T>, E>>,
    {
        loop {
            // From here on an arrival is noticed, although nobody awaits it yet.
            let arrived = self.arrived.notified();
            if let Some(found) = look().await? {
                return Ok(Some(found));
            }
            let now = self.clock.now();
            if now >= self.until {
                return Ok(None);
            }
            tokio::select! {
                biased;
                () = arrived => {}
                () = self.clock.sleep_until(self.until.min(now.plus(LOOK_PERIOD))) => {}
            }
        }
    }
}
