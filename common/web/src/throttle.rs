//! Throttles: so much in a time, of everybody or for each key, by the generic cell rate algorithm (`governor`). What is beyond is
//! refused with 429 and told when to come again.
//!
//! A throttle lives in the memory of its process: replicas count each for themselves, so where there are three of them, three times
//! as much may pass; and a restart forgets it. What must hold over all replicas is counted in a store, as auth's guesses are.

mod addresses;
mod places;

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
use self::places::Places;
use crate::code::Code;
use crate::problem::Problem;

/// Keys that a throttle tells apart at the most: some 10 MB, and more clients than come to a replica within the time that a key is
/// kept. Past that, those that are new share one place until others are forgotten: who has that many addresses is held back all the same,
/// and the memory is bounded.
pub const KEYS_MAX: usize = 100_000;

/// Wait between two rounds of forgetting keys that are as good as new. A round over all of them takes some milliseconds.
const SWEEP_PERIOD: Nanos = Nanos::new(1_000_000_000);

/// The process's clock, as governor reads it.
#[derive(Debug, Clone)]
struct Steady(Clock);

impl governor::clock::Clock for Steady {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.uptime())
    }
}

/// Governor's limiter, by our clock.
type Limiter<K, S> = RateLimiter<K, S, Steady, NoOpMiddleware<Nanos>>;

/// So much in a time for each key. Clones count together.
#[derive(Clone)]
pub struct Throttle<K: Hash + Eq + Clone> {
    limit: &'static str,
    keyed: Option<Arc<Keyed<K>>>,
}

struct Keyed<K: Hash + Eq + Clone> {
    limiter: Limiter<K, Places<K>>,
    /// The places of the limiter.
    places: Places<K>,
    /// The time that one of a quota takes to come back.
    interval: Nanos,
    /// When keys were last forgotten, in nanoseconds of the clock.
    swept_at: AtomicU64,
}

impl<K: Hash + Eq + Clone> Throttle<K> {
    /// A throttle that the metric knows as `limit`; without a quota everything passes.
    #[must_use]
    pub fn new(limit: &'static str, quota: Option<Quota>, clock: &Clock) -> Self {
        let keyed = quota.map(|quota| {
            let (places, clock) = (Places::new(KEYS_MAX), Steady(clock.clone()));
            let limiter = RateLimiter::new(quota, places.clone(), clock);
            let swept_at = AtomicU64::new(limiter.clock().now().as_u64());
            let interval = Nanos::from(quota.replenish_interval());
            Arc::new(Keyed { limiter, places, interval, swept_at })
        });
        Self { limit, keyed }
    }

    /// Counts one more for this key.
    ///
    /// # Errors
    /// 429 `too_many_requests` when that is one too many; it is not counted then.
    pub fn check(&self, key: &K) -> Result<(), Problem> {
        let Some(keyed) = &self.keyed else { return Ok(()) };
        keyed.sweep();
        let passed = keyed.limiter.check_key(key);
        passed.map_err(|until| refused(self.limit, &until, keyed.limiter.clock()))
    }

    /// Takes back one that [`Throttle::check`] has just counted.
    fn give_back(&self, key: &K) {
        if let Some(keyed) = &self.keyed {
            keyed.places.give_back(key, keyed.interval);
        }
    }

    /// Keys that are told apart right now.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.keyed.as_ref().map_or(0, |keyed| keyed.limiter.len())
    }
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    /// Forgets the keys that are as good as new, if that is due; one request in a while pays for it.
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

/// So much in a time, whoever it is from: one atomic. Clones count together.
#[derive(Clone)]
pub(crate) struct Lid {
    limit: &'static str,
    limiter: Option<Arc<Limiter<NotKeyed, InMemoryState>>>,
}

impl Lid {
    pub(crate) fn new(limit: &'static str, quota: Option<Quota>, clock: &Clock) -> Self {
        let direct = |quota| RateLimiter::direct_with_clock(quota, Steady(clock.clone()));
        Self { limit, limiter: quota.map(direct).map(Arc::new) }
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.check().map_err(|until| refused(self.limit, &until, limiter.clock()))
    }
}

fn refused(limit: &'static str, until: &NotUntil<Nanos>, clock: &Steady) -> Problem {
    too_many(limit, until.wait_time_from(clock.now()))
}

/// The refusal of what came before its time, for whatever limit; counts it.
#[must_use]
pub fn too_many(limit: &'static str, wait: Duration) -> Problem {
    metrics::counter!("requests_throttled_total", "limit" => limit).increment(1);
    let seconds = u32::try_from(wait.as_nanos().div_ceil(1_000_000_000)).unwrap_or(u32::MAX).max(1);
    let detail = format!("Too many requests; try again in {seconds} s");
    Problem::new(Code::TOO_MANY_REQUESTS).detail(detail).retry_after(seconds)
}
