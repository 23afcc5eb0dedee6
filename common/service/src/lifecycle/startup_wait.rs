//! Bounded waits for the dependencies of a starting process.

use std::time::Duration;

use contract::Backoff;
use store::Unavailable;
use tokio::time::Instant;

/// Backoff between two attempts: a starting server is found soon, one that is down is not flooded.
const RETRY: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));

/// Time after which a waiting attempt is logged.
const ANNOUNCED_AFTER: Duration = Duration::from_millis(500);

/// The time within which the dependencies of a starting process must respond.
#[derive(Debug, Clone, Copy)]
pub struct StartupWait {
    bound: Duration,
    until: Instant,
}

impl StartupWait {
    /// This much time from now on.
    #[must_use]
    pub fn of(bound: Duration) -> Self {
        Self { bound, until: Instant::now() + bound }
    }

    /// The remaining time.
    pub(crate) fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// Awaits an attempt that waits by itself; logs the dependency if it takes long.
    pub(crate) async fn announce<T>(
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

    /// Retries until success or the end of the time; logs the dependency once.
    ///
    /// # Errors
    /// The last attempt's [`Unavailable`], below a line with the dependency and the time.
    pub async fn wait_for<T>(
        &self,
        what: &str,
        attempt: impl AsyncFn() -> Result<T, Unavailable>,
    ) -> Result<T, Unavailable> {
        let mut is_said = false;
        let mut last = Unavailable::new("no response");
        let mut failures = 0;
        loop {
            failures += 1;
            let pause = RETRY.pause(failures);
            match tokio::time::timeout_at(self.until, attempt()).await {
                Ok(Ok(there)) => return Ok(there),
                Ok(Err(error)) => last = error,
                // The attempt was cut short; the previous failure says more.
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
