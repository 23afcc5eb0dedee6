//! Waiting, within a bound, for what a process needs and does not find yet when it starts.

use std::time::Duration;

use contract::Backoff;
use store::Unavailable;
use tokio::time::Instant;

/// Pauses between two attempts: a server that has just started is found soon, one that is down is not hammered.
const RETRY: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));

/// Time after which an attempt that waits by itself is announced.
const ANNOUNCED_AFTER: Duration = Duration::from_millis(500);

/// The time a process gives what it needs to appear, from its start on.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    bound: Duration,
    until: Instant,
}

impl Patience {
    /// So much time from now on.
    #[must_use]
    pub fn of(bound: Duration) -> Self {
        Self { bound, until: Instant::now() + bound }
    }

    /// The time that is left.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// Awaits an attempt that waits by itself; says in the log what is waited for when it takes longer than a pause.
    ///
    /// # Errors
    /// The attempt's.
    pub async fn announce<T>(
        &self,
        what: &str,
        attempt: impl Future<Output = Result<T, Unavailable>>,
    ) -> Result<T, Unavailable> {
        let mut attempt = std::pin::pin!(attempt);
        tokio::select! {
            done = &mut attempt => done,
            () = tokio::time::sleep(ANNOUNCED_AFTER) => {
                tracing::warn!("waiting for {what}, up to {:?}", self.bound);
                attempt.await
            }
        }
    }

    /// Attempts until it works or the time is up; says in the log, once, what is waited for.
    ///
    /// # Errors
    /// The last attempt's [`Unavailable`], below a line that says what was waited for and how long.
    pub async fn wait_for<T>(
        &self,
        what: &str,
        attempt: impl AsyncFn() -> Result<T, Unavailable>,
    ) -> Result<T, Unavailable> {
        let mut is_said = false;
        let mut last = Unavailable::new("no answer");
        let mut failures = 0;
        loop {
            failures += 1;
            let pause = RETRY.pause(failures);
            match tokio::time::timeout_at(self.until, attempt()).await {
                Ok(Ok(there)) => return Ok(there),
                Ok(Err(error)) => last = error,
                // The attempt was cut short; why the one before it failed tells more.
                Err(_) => {}
            }
            let bound = self.bound;
            if Instant::now() + pause >= self.until {
                return Err(Unavailable::caused_by(format!("no {what} within {bound:?}"), last));
            }
            if !is_said {
                tracing::warn!(error = last.chain(), "waiting for {what}, up to {bound:?}");
                is_said = true;
            }
            tokio::time::sleep(pause).await;
        }
    }
}
