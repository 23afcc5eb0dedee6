//! Background loops: a bounded step, a wait for more work, a driver that stops between steps.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bus::relay::RELAY_ENTRIES_MAX;
use bus::{Bus, Lag, Listener, Relay};
use contract::Backoff;
use contract::catalogue;
use contract::catalogue::services::Subscription;
use futures::FutureExt as _;
use metrics_exporter_prometheus::PrometheusHandle;
use sources::Clock;
use store::Unavailable;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Backoff after a failed step.
const RETRY: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));

/// Consecutive steps of a relay with few entries, for a short exchange between services.
const RELAY_BURST: u32 = 10;

/// Beyond that, the period of a relay's steps with few entries: messages committed meanwhile are
/// published together, with one fsync of the bus and of each receiving store.
const RELAY_PERIOD: Duration = Duration::from_millis(25);

/// Period of trimming the bus.
const TRIM_PERIOD: Duration = Duration::from_secs(5);

/// Period of aggregating metrics: some megabytes of samples at full speed.
const UPKEEP_PERIOD: Duration = Duration::from_secs(5);

/// Consecutive failed steps of a loop. The first one and the success after the last are logged,
/// unless the failure is part of an outage that was logged before.
#[derive(Default)]
struct FailureStreak {
    failures: u32,
    logged_at: Option<Instant>,
}

impl FailureStreak {
    fn failed(&mut self, name: &str, error: &Unavailable) {
        self.failures = self.failures.saturating_add(1);
        let (is_reported, error) = (error.is_reported(), error.chain());
        if self.logged_at.is_none() && !is_reported {
            tracing::error!(name, error, "step failed");
            self.logged_at = Some(Instant::now());
        } else {
            tracing::debug!(name, error, "step failed");
        }
    }

    fn ended(&mut self, name: &str) {
        if let Some(since) = self.logged_at {
            let (seconds, failures) = (since.elapsed().as_secs(), self.failures);
            tracing::warn!(name, seconds, failures, "step succeeded again");
        }
        *self = Self::default();
    }
}

type Step = Pin<Box<dyn Future<Output = Result<usize, Unavailable>> + Send>>;
type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A background loop. Clones share it.
#[derive(Clone)]
#[must_use]
pub struct Loop {
    name: Arc<str>,
    pace: Option<Pace>,
    step: Arc<dyn Fn() -> Step + Send + Sync>,
    wait: Arc<dyn Fn() -> Wait + Send + Sync>,
}

/// Rate limit of steps that do little work: the generic cell rate algorithm.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Maximum consecutive steps, after a quiet time.
    pub burst: u32,
    /// Average time from one step to the next.
    pub period: Duration,
    /// Work of a full step, which had more to do and does not count.
    pub full: usize,
}

impl Pace {
    /// When the next step may start, after one at `started` that did `done`. `arrival` is the state
    /// of the algorithm: when the next step would start if all came at their period.
    fn next(self, done: usize, started: Instant, arrival: &mut Instant) -> Option<Instant> {
        if done >= self.full {
            return None;
        }
        *arrival = (*arrival).max(started) + self.period;
        let saved = self.period.saturating_mul(self.burst.saturating_sub(1));
        arrival.checked_sub(saved).filter(|next| *next > started)
    }
}

/// A [`Loop`] of a value that has `run_once` and `wait`.
#[macro_export]
macro_rules! steps {
    ($name:expr, $value:expr) => {{
        let value = $value;
        let waiting = value.clone();
        $crate::Loop::new(
            $name,
            move || {
                let value = value.clone();
                async move { value.run_once().await }
            },
            move || {
                let value = waiting.clone();
                async move { value.wait().await }
            },
        )
    }};
}

/// Declares `all`, which opens the listeners of a service: for each name the module of that name,
/// with its `TYPES` and its handler, which takes the service's ports and the received message. A
/// name may be followed by `paced` and a [`Pace`].
#[macro_export]
macro_rules! listeners {
    ($service:path, $ports:path; $($name:ident $(paced $pace:expr)?),+ $(,)?) => {
        pub(crate) async fn all(
            platform: &$crate::Platform,
            ports: &$ports,
        ) -> Result<Vec<$crate::Loop>, ::store::Unavailable> {
            Ok(vec![$({
                let ports = ports.clone();
                let handler = move |received| $name::$name(ports.clone(), received);
                let name = ($service, $crate::loops::subscription($service, stringify!($name))?);
                let (bus, clock) = (&platform.bus, &platform.clock);
                let listener = ::bus::Listener::new(bus, clock, name, $name::TYPES, handler);
                $crate::Loop::listener(listener.await?)$(.paced($pace))?
            }),+])
        }
    };
}

/// The subscription of a service's listener.
///
/// # Errors
/// [`Unavailable`] when the catalogue has none, which is a bug.
pub fn subscription(service: &str, listener: &str) -> Result<Subscription, Unavailable> {
    let known = catalogue::services::find(service);
    let found = known.and_then(|service| service.subscription(listener));
    let missing = || format!("the catalogue has no subscription {service}.{listener}");
    found.copied().ok_or_else(|| Unavailable::new(missing()))
}

/// The consumers of the catalogue that do not exist.
#[must_use]
pub fn missing_consumers(known: &[Lag]) -> Vec<String> {
    let is_missing = |name: &String| !known.iter().any(|lag| lag.consumer == *name);
    catalogue::consumers().into_iter().map(|(name, _)| name).filter(is_missing).collect()
}

fn every(period: Duration, clock: Clock) -> impl Fn() -> Wait + Send + Sync {
    move || {
        let clock = clock.clone();
        Box::pin(async move { clock.sleep(period).await })
    }
}

impl Loop {
    /// A loop: `step` returns the amount of its work, `wait` returns when there may be more.
    pub fn new<S, F, W, G>(name: impl Into<Arc<str>>, step: S, wait: W) -> Self
    where
        S: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<usize, Unavailable>> + Send + 'static,
        W: Fn() -> G + Send + Sync + 'static,
        G: Future<Output = ()> + Send + 'static,
    {
        Self {
            name: name.into(),
            pace: None,
            step: Arc::new(move || Box::pin(step())),
            wait: Arc::new(move || Box::pin(wait())),
        }
    }

    /// A loop of a function, whose steps are a period apart while they return 0.
    pub fn periodic<P, F>(
        name: impl Into<Arc<str>>,
        (period, clock): (Duration, Clock),
        ports: P,
        step: impl Fn(P) -> F + Send + Sync + 'static,
    ) -> Self
    where
        P: Clone + Send + Sync + 'static,
        F: Future<Output = Result<usize, Unavailable>> + Send + 'static,
    {
        Self::new(name, move || step(ports.clone()), every(period, clock))
    }

    /// The loop of a relay.
    pub fn relay(service: &str, relay: Relay) -> Self {
        let pace = Pace { burst: RELAY_BURST, period: RELAY_PERIOD, full: RELAY_ENTRIES_MAX };
        steps!(format!("{service}.relay"), relay).paced(pace)
    }

    /// The same loop with this pace when it runs by itself.
    pub fn paced(self, pace: Pace) -> Self {
        Self { pace: Some(pace), ..self }
    }

    /// The loop of a listener, named after its consumer.
    pub fn listener(listener: Listener) -> Self {
        let name = listener.consumer_name().to_owned();
        steps!(name, listener)
    }

    /// The loop that removes settled messages from the bus, once every consumer of the catalogue
    /// exists: until then a service that has never started could miss messages. Several of these
    /// loops are harmless; among services in separate processes only the one that [keeps the
    /// log](catalogue::Service::keeps_log) has the right to it.
    pub fn trim(bus: Bus, clock: Clock) -> Self {
        let step = |(bus, all_exist): (Bus, Arc<AtomicBool>)| async move {
            if !all_exist.load(Ordering::Relaxed) {
                if !missing_consumers(&bus.lag().await?).is_empty() {
                    return Ok(0);
                }
                all_exist.store(true, Ordering::Relaxed);
            }
            bus.trim_once().await
        };
        Self::periodic("bus.trim", (TRIM_PERIOD, clock), (bus, Arc::default()), step)
    }

    /// Aggregates metrics: single samples are stored until then, and possibly never read.
    pub fn metrics(metrics: PrometheusHandle, clock: Clock) -> Self {
        let step = |metrics: PrometheusHandle| {
            metrics.run_upkeep();
            std::future::ready(Ok(0))
        };
        Self::periodic("metrics", (UPKEEP_PERIOD, clock), metrics, step)
    }

    /// Its name: `auth.on_session_revoked`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One step; returns the amount of its work.
    ///
    /// # Errors
    /// [`Unavailable`] when a dependency does not respond.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        (self.step)().await
    }

    /// One step; a panic counts as a failure, so that the loop continues.
    async fn run_once_caught(&self) -> Result<usize, Unavailable> {
        let step = AssertUnwindSafe(async { self.run_once().await });
        step.catch_unwind().await.unwrap_or_else(|_| Err(Unavailable::new("the step panicked")))
    }

    /// Steps, and waits when there is no work, until `stop`; a running step is completed.
    pub async fn run(self, stop: CancellationToken) {
        let mut failing = FailureStreak::default();
        let mut arrival = Instant::now();
        while !stop.is_cancelled() {
            let started = Instant::now();
            let pause: Wait = match self.run_once_caught().await {
                Ok(0) => {
                    failing.ended(&self.name);
                    (self.wait)()
                }
                Ok(done) => {
                    failing.ended(&self.name);
                    let next = self.pace.and_then(|pace| pace.next(done, started, &mut arrival));
                    let Some(next) = next else { continue };
                    Box::pin(tokio::time::sleep_until(next))
                }
                Err(error) => {
                    let name = self.name.to_string();
                    metrics::counter!("loop_failures_total", "loop" => name).increment(1);
                    failing.failed(&self.name, &error);
                    Box::pin(tokio::time::sleep(RETRY.pause(failing.failures)))
                }
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                () = pause => {}
            }
        }
    }
}
