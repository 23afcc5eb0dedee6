//! Outages of a dependency, for the whole process: every operation reports its result, and the log
//! has one line at the start of an outage and one at its end.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use sources::Clock;

use crate::error::Unavailable;

/// Time without a failure after which a success ends an outage. Operations that began before a
/// server came back fail after others have succeeded, and a server that fails every second
/// operation is one outage.
const SETTLED_AFTER: Duration = Duration::from_secs(5);

/// Kind of access to a dependency. A full disk can be read, so a successful read does not end an
/// outage of writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A read.
    Read,
    /// A write.
    Write,
}

/// The outages of one dependency, such as `auth store` or `bus`. Clones share them: every loop,
/// consumer and request of a process reports to the same one.
#[derive(Clone)]
pub struct Outage {
    shared: Arc<Shared>,
}

struct Shared {
    dependency: String,
    clock: Clock,
    ongoing: Mutex<Option<OngoingOutage>>,
}

#[derive(Debug, Clone, Copy)]
struct OngoingOutage {
    since: Duration,
    failures: u64,
    /// When reads and writes last failed; `None` once they work again.
    last_read: Option<Duration>,
    last_write: Option<Duration>,
}

impl OngoingOutage {
    fn last(&mut self, access: Access) -> &mut Option<Duration> {
        match access {
            Access::Read => &mut self.last_read,
            Access::Write => &mut self.last_write,
        }
    }
}

impl Outage {
    /// A dependency without an outage so far.
    #[must_use]
    pub fn of(dependency: impl Into<String>, clock: Clock) -> Self {
        let (dependency, ongoing) = (dependency.into(), Mutex::default());
        let outage = Self { shared: Arc::new(Shared { dependency, clock, ongoing }) };
        outage.publish_metrics();
        outage
    }

    /// Records the result of an operation. The returned error is marked as reported, so that its
    /// handler does not log it again.
    ///
    /// # Errors
    /// The operation's.
    pub fn observe<T>(
        &self,
        access: Access,
        outcome: Result<T, Unavailable>,
    ) -> Result<T, Unavailable> {
        let outcome = outcome.inspect(|_| self.succeeded(access));
        outcome.map_err(|unavailable| self.failed(access, unavailable))
    }

    /// Records a success.
    pub fn succeeded(&self, access: Access) {
        let mut ongoing = self.shared.ongoing.lock();
        let Some(outage) = ongoing.as_mut() else { return };
        let now = self.shared.clock.uptime();
        let last = outage.last(access);
        if last.is_some_and(|last| now.saturating_sub(last) >= SETTLED_AFTER) {
            *last = None;
        }
        if outage.last_read.is_none() && outage.last_write.is_none() {
            let OngoingOutage { since, failures, .. } = *outage;
            *ongoing = None;
            drop(ongoing);
            self.publish_metrics();
            let (dependency, lasted) = (&*self.shared.dependency, now.saturating_sub(since));
            let seconds = lasted.as_secs();
            tracing::warn!(dependency, seconds, failures, "available again");
        }
    }

    /// Records a failure; returns its error, marked as reported.
    #[must_use]
    pub fn failed(&self, access: Access, unavailable: Unavailable) -> Unavailable {
        let now = self.shared.clock.uptime();
        let dependency = &*self.shared.dependency;
        let mut ongoing = self.shared.ongoing.lock();
        let is_new = ongoing.is_none();
        let (last_read, last_write) = (None, None);
        let new = OngoingOutage { since: now, failures: 0, last_read, last_write };
        let outage = ongoing.get_or_insert(new);
        outage.failures += 1;
        *outage.last(access) = Some(now);
        drop(ongoing);
        let error = unavailable.chain();
        if is_new {
            let name = dependency.to_owned();
            metrics::counter!("outages_total", "dependency" => name).increment(1);
            self.publish_metrics();
            tracing::error!(
                dependency,
                error,
                "unavailable; more failures are logged at debug level"
            );
        } else {
            tracing::debug!(dependency, error, "still unavailable");
        }
        unavailable.reported()
    }

    /// Whether there is an outage of this kind of access.
    pub(crate) fn is_ongoing(&self, access: Access) -> bool {
        self.shared.ongoing.lock().as_mut().is_some_and(|outage| outage.last(access).is_some())
    }

    /// Publishes its metrics. Repeated for a dependency that connects before the metrics recorder
    /// is installed.
    pub fn publish_metrics(&self) {
        let dependency = self.shared.dependency.clone();
        metrics::counter!("outages_total", "dependency" => dependency.clone()).increment(0);
        let value = if self.shared.ongoing.lock().is_some() { 1.0 } else { 0.0 };
        metrics::gauge!("outage_active", "dependency" => dependency).set(value);
    }
}

#[cfg(test)]
mod tests {
    use contract::Timestamp;

    use super::*;
    use crate::error::{Failure, Never};

    #[test]
    fn an_outage_ends_with_a_success_long_enough_after_the_last_failure() {
        let (clock, hand) = Clock::manual(Timestamp::from_unix_ms(1_000));
        let outage = Outage::of("a store", clock);
        let fail = || outage.failed(Access::Write, Unavailable::new("cannot commit"));
        let is_ongoing = || outage.is_ongoing(Access::Write);
        assert!(!is_ongoing());
        assert!(fail().is_reported() && is_ongoing());
        outage.succeeded(Access::Write);
        assert!(is_ongoing(), "the next may fail");
        hand.advance(Duration::from_secs(4));
        assert!(fail().is_reported());
        hand.advance(Duration::from_secs(4));
        outage.succeeded(Access::Write);
        assert!(is_ongoing());
        hand.advance(Duration::from_secs(1));
        outage.succeeded(Access::Read);
        assert!(is_ongoing(), "a full disk can be read");
        outage.succeeded(Access::Write);
        assert!(!is_ongoing());
    }

    #[test]
    fn an_error_caused_by_a_reported_failure_is_reported() {
        let (clock, _) = Clock::manual(Timestamp::from_unix_ms(1_000));
        let failed = Outage::of("a store", clock).failed(Access::Read, Unavailable::new("no"));
        assert!(Unavailable::caused_by("cannot list users", failed.clone()).is_reported());
        let failure = Failure::<Never>::Unavailable(failed);
        assert!(Unavailable::caused_by("cannot delete users", failure).is_reported());
        assert!(!Unavailable::new("cannot list users").is_reported());
    }
}
