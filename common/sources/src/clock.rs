//! The clock of everything outside a domain module.

use std::collections::BTreeMap;
use std::collections::btree_map::OccupiedEntry;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use contract::Timestamp;
use parking_lot::Mutex;
use tokio::sync::Notify;

/// A source of the current time.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The system's clock.
    System,
    /// A clock that a test moves.
    Manual(ManualClock),
}

impl Clock {
    /// A manual clock at `start`, and the handle that moves it.
    #[must_use]
    pub fn manual(start: Timestamp) -> (Self, ManualClock) {
        let clock = ManualClock::at(start);
        (Self::Manual(clock.clone()), clock)
    }

    /// The current time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let since_epoch =
                    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
                Timestamp::from_unix_ms(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Manual(clock) => clock.now(),
        }
    }

    /// Time since a fixed moment of the process. Unlike [`Clock::now`] it is never set back.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    pub fn uptime(&self) -> Duration {
        match self {
            Self::System => {
                static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
                BEGUN.elapsed()
            }
            Self::Manual(clock) => clock.now().since(Timestamp::from_unix_ms(0)),
        }
    }

    /// Returns once [`Clock::now`] is `deadline` or later, or `notify` has a notification. If both
    /// hold, the notification remains for the next wait.
    pub async fn sleep_until_or_notified(&self, deadline: Timestamp, notify: &Notify) {
        tokio::select! {
            biased;
            () = self.sleep_until(deadline) => {}
            () = notify.notified() => {}
        }
    }

    /// Returns once [`Clock::now`] is `deadline` or later.
    pub async fn sleep_until(&self, deadline: Timestamp) {
        match self {
            Self::System => {
                // The timer is monotonic; the loop covers a system clock that was set back.
                while self.now() < deadline {
                    tokio::time::sleep(deadline.since(self.now())).await;
                }
            }
            Self::Manual(clock) => clock.sleep_until(deadline).await,
        }
    }

    /// Returns after this long on this clock. Setting the system's clock has no effect on it.
    pub async fn sleep(&self, duration: Duration) {
        match self {
            Self::System => tokio::time::sleep(duration).await,
            Self::Manual(clock) => clock.sleep_until(clock.now().plus(duration)).await,
        }
    }
}

/// A clock that a test moves; clones share the time. It wakes sleepers one after the other: the
/// earliest deadline first, and of equal ones the first that began to sleep.
#[derive(Debug, Clone)]
pub struct ManualClock {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    now: Timestamp,
    /// The deadline of each sleeper, with its rank among all sleepers so far.
    sleepers: BTreeMap<(Timestamp, u64), Waker>,
    slept: u64,
}

impl ManualClock {
    fn at(now: Timestamp) -> Self {
        let shared = Shared { now, sleepers: BTreeMap::new(), slept: 0 };
        Self { shared: Arc::new(Mutex::new(shared)) }
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.change(|now| now.plus(by));
    }

    /// Sets the clock, forward or back.
    pub fn set(&self, to: Timestamp) {
        self.change(|_| to);
    }

    fn change(&self, change: impl FnOnce(Timestamp) -> Timestamp) {
        {
            let mut shared = self.shared.lock();
            shared.now = change(shared.now);
        }
        while let Some(waker) = self.next_due() {
            waker.wake();
        }
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.lock().now
    }

    /// The deadline of the next sleeper, if any.
    #[must_use]
    pub fn next_waking(&self) -> Option<Timestamp> {
        self.shared.lock().sleepers.first_key_value().map(|((at, _), _)| *at)
    }

    /// Whether a sleeper has exactly this deadline.
    #[must_use]
    pub fn is_awaited(&self, at: Timestamp) -> bool {
        self.shared.lock().sleepers.range((at, 0)..=(at, u64::MAX)).next().is_some()
    }

    fn next_due(&self) -> Option<Waker> {
        let mut shared = self.shared.lock();
        let now = shared.now;
        shared.sleepers.first_entry().filter(|next| next.key().0 <= now).map(OccupiedEntry::remove)
    }

    fn sleep_until(&self, deadline: Timestamp) -> Sleep {
        Sleep { clock: self.clone(), deadline, place: None }
    }
}

/// A sleep; ends when the clock is at the deadline or later.
struct Sleep {
    clock: ManualClock,
    deadline: Timestamp,
    place: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let clock = self.clock.clone();
        let mut shared = clock.shared.lock();
        if shared.now >= self.deadline {
            return Poll::Ready(());
        }
        let place = *self.place.get_or_insert_with(|| {
            shared.slept += 1;
            shared.slept
        });
        let before = shared.sleepers.insert((self.deadline, place), context.waker().clone());
        // Dropping a waker may drop another sleep, which needs the lock.
        drop(shared);
        drop(before);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            let waker = self.clock.shared.lock().sleepers.remove(&(self.deadline, place));
            drop(waker);
        }
    }
}
