//! The clock of everything outside a domain module.

mod manual;

use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use contract::Timestamp;

pub use manual::ManualClock;

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

    /// Time since a moment that stays the same while the process lives. Unlike [`Clock::now`] it is
    /// never set back.
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

    /// Returns once [`Clock::now`] is `deadline` or later.
    pub async fn sleep_until(&self, deadline: Timestamp) {
        match self {
            Self::System => {
                // The timer runs on the monotonic clock; the loop covers a system clock that was
                // set back.
                while self.now() < deadline {
                    tokio::time::sleep(deadline.since(self.now())).await;
                }
            }
            Self::Manual(clock) => clock.sleep_until(deadline).await,
        }
    }

    /// Returns after this long on this clock.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep_until(self.now().plus(duration)).await;
    }
}
