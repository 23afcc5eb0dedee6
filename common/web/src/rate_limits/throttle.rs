//! Rate limits, global or by key: the generic cell rate algorithm; 429 with `Retry-After` beyond.
//!
//! A throttle is in the memory of its process: three replicas admit three times the quota, and a
//! restart resets it. Limits over all replicas are counted in a store, as for auth's guesses.

mod addresses;
mod bounded_states;

use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::{Clock as _, Reference as _};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{NotUntil, RateLimiter};
use sources::Clock;

pub use governor::Quota;

pub use self::addresses::AddressThrottle;
use self::bounded_states::BoundedStates;
use crate::{Code, Problem};

/// Maximum keys of a throttle: some 10 MB, and more clients than reach a replica within a key's
/// lifetime. Further keys share one state: memory is bounded, and clients are still limited.
pub const KEYS_MAX: usize = 100_000;

/// Period of removing expired keys. A pass over all of them takes some milliseconds.
const SWEEP_PERIOD: Nanos = Nanos::new(1_000_000_000);

#[derive(Debug, Clone)]
struct UptimeClock(Clock);

impl governor::clock::Clock for UptimeClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.uptime())
    }
}

type Limiter<K, S> = RateLimiter<K, S, UptimeClock, NoOpMiddleware<Nanos>>;

/// A rate limit for each key. Clones count together.
#[derive(Clone)]
pub struct Throttle<K: Hash + Eq + Clone> {
    limit: &'static str,
    keyed: Option<Arc<Keyed<K>>>,
}

struct Keyed<K: Hash + Eq + Clone> {
    limiter: Limiter<K, BoundedStates<K>>,
    states: BoundedStates<K>,
    /// Time in which one unit of the quota refills.
    interval: Nanos,
    /// Time of the last sweep, in nanoseconds of the clock.
    swept_at: AtomicU64,
}

impl<K: Hash + Eq + Clone> Throttle<K> {
    /// A throttle with the metric label `limit`; without a quota it is unlimited.
    #[must_use]
    pub fn new(limit: &'static str, quota: Option<Quota>, clock: &Clock) -> Self {
        let keyed = quota.map(|quota| {
            let (states, clock) = (BoundedStates::new(KEYS_MAX), UptimeClock(clock.clone()));
            let limiter = RateLimiter::new(quota, states.clone(), clock);
            let swept_at = AtomicU64::new(limiter.clock().now().as_u64());
            let interval = Nanos::from(quota.replenish_interval());
            Arc::new(Keyed { limiter, states, interval, swept_at })
        });
        Self { limit, keyed }
    }

    /// Takes one unit of the key's quota.
    ///
    /// # Errors
    /// 429 `too_many_requests` when the quota is used up; a rejected request takes nothing.
    pub fn check(&self, key: &K) -> Result<(), Problem> {
        let Some(keyed) = &self.keyed else { return Ok(()) };
        keyed.sweep();
        let passed = keyed.limiter.check_key(key);
        passed.map_err(|until| refused(self.limit, &until, keyed.limiter.clock()))
    }

    /// Returns the unit that [`Throttle::check`] has just taken.
    fn give_back(&self, key: &K) {
        if let Some(keyed) = &self.keyed {
            keyed.states.give_back(key, keyed.interval);
        }
    }

    /// Number of tracked keys.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.keyed.as_ref().map_or(0, |keyed| keyed.limiter.len())
    }
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    /// Removes keys whose quota is full again, if a sweep is due; it runs within a request.
    fn sweep(&self) {
        let now = self.limiter.clock().now();
        let swept_at = self.swept_at.load(Ordering::Relaxed);
        let is_due = now.duration_since(Nanos::from(swept_at)) >= SWEEP_PERIOD;
        let swap = || {
            let (order, now) = (Ordering::Relaxed, now.as_u64());
            self.swept_at.compare_exchange(swept_at, now, order, order).is_ok()
        };
        if is_due && swap() {
            self.limiter.retain_recent();
        }
    }
}

/// A rate limit over all requests: one atomic. Clones count together.
#[derive(Clone)]
pub(crate) struct GlobalThrottle {
    limit: &'static str,
    limiter: Option<Arc<Limiter<NotKeyed, InMemoryState>>>,
}

impl GlobalThrottle {
    pub(crate) fn new(limit: &'static str, quota: Option<Quota>, clock: &Clock) -> Self {
        let direct = |quota| RateLimiter::direct_with_clock(quota, UptimeClock(clock.clone()));
        Self { limit, limiter: quota.map(direct).map(Arc::new) }
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.check().map_err(|until| refused(self.limit, &until, limiter.clock()))
    }
}

fn refused(limit: &'static str, until: &NotUntil<Nanos>, clock: &UptimeClock) -> Problem {
    too_many(limit, until.wait_time_from(clock.now()))
}

/// The rejection for exceeding a limit; counts it in the metric.
pub fn too_many(limit: &'static str, wait: Duration) -> Problem {
    metrics::counter!("requests_throttled_total", "limit" => limit).increment(1);
    let seconds = u32::try_from(wait.as_nanos().div_ceil(1_000_000_000)).unwrap_or(u32::MAX).max(1);
    let detail = format!("Too many requests; try again in {seconds} s");
    Problem::new(Code::TOO_MANY_REQUESTS).detail(detail).retry_after(seconds)
}
