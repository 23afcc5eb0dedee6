//! Background work: a step that does a bounded amount, a wait for more, and a driver that stops between steps.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bus::{Bus, Lag, Listener, Relay};
use contract::catalogue::CONSUMERS;
use futures::FutureExt as _;
use sources::Clock;
use store::Unavailable;
use tokio_util::sync::CancellationToken;

/// First wait after a step failed; doubles up to [`BACK_OFF_MAX`].
const BACK_OFF_FIRST: Duration = Duration::from_millis(100);

/// Longest wait after a step failed.
const BACK_OFF_MAX: Duration = Duration::from_secs(5);

/// Wait between two rounds of trimming the bus.
const TRIM_PERIOD: Duration = Duration::from_secs(5);

type Step = Pin<Box<dyn Future<Output = Result<usize, Unavailable>> + Send>>;
type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A background loop. Clones are the same loop.
#[derive(Clone)]
pub struct Loop {
    name: Arc<str>,
    step: Arc<dyn Fn() -> Step + Send + Sync>,
    wait: Arc<dyn Fn() -> Wait + Send + Sync>,
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

/// The listeners of a service: for each name the module of that name, with its `TYPES` and its handler, which takes the
/// service's ports and what was received.
#[macro_export]
macro_rules! listeners {
    ($service:expr, $platform:expr, $ports:expr; $($name:ident),+ $(,)?) => {
        vec![$({
            let ports = $ports.clone();
            let handler = move |received| $name::$name(ports.clone(), received);
            let (bus, clock) = (&$platform.bus, &$platform.clock);
            let name = ($service, stringify!($name));
            ::bus::Listener::new(bus, clock, name, $name::TYPES, handler).await?
        }),+]
    };
}

/// The consumers of the catalogue that are not among these.
#[must_use]
pub fn missing_consumers(known: &[Lag]) -> Vec<&'static str> {
    let is_missing = |name: &&str| !known.iter().any(|lag| lag.consumer == *name);
    CONSUMERS.iter().copied().filter(is_missing).collect()
}

impl Loop {
    /// A loop: `step` answers how much it did, `wait` returns when there may be more to do.
    pub fn new<S, F, W, G>(name: impl Into<Arc<str>>, step: S, wait: W) -> Self
    where
        S: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<usize, Unavailable>> + Send + 'static,
        W: Fn() -> G + Send + Sync + 'static,
        G: Future<Output = ()> + Send + 'static,
    {
        Self {
            name: name.into(),
            step: Arc::new(move || Box::pin(step())),
            wait: Arc::new(move || Box::pin(wait())),
        }
    }

    /// The loop of a relay.
    #[must_use]
    pub fn relay(service: &str, relay: Relay) -> Self {
        steps!(format!("{service}.relay"), relay)
    }

    /// The loop of a listener, named as its consumer.
    #[must_use]
    pub fn listener(listener: Listener) -> Self {
        let name = listener.consumer_name().to_owned();
        steps!(name, listener)
    }

    /// The loop that removes from the bus what every consumer of the catalogue has settled, once all of them exist: until then
    /// a service that has never started could miss something. Several of these loops do no harm.
    #[must_use]
    pub fn trim(bus: Bus, clock: Clock) -> Self {
        let all_exist = Arc::new(AtomicBool::new(false));
        let step = move || {
            let (bus, all_exist) = (bus.clone(), Arc::clone(&all_exist));
            async move {
                if !all_exist.load(Ordering::Relaxed) {
                    if !missing_consumers(&bus.lag().await?).is_empty() {
                        return Ok(0);
                    }
                    all_exist.store(true, Ordering::Relaxed);
                }
                bus.trim_once().await
            }
        };
        let wait = move || {
            let clock = clock.clone();
            async move { clock.sleep(TRIM_PERIOD).await }
        };
        Self::new("bus.trim", step, wait)
    }

    /// Its name: `orders.on_ticket_changed`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One step; answers how much it did.
    ///
    /// # Errors
    /// [`Unavailable`] when something it needs does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        (self.step)().await
    }

    /// One step; a bug that makes it panic is a failure like any other, so that the loop outlives it.
    async fn run_once_caught(&self) -> Result<usize, Unavailable> {
        let step = AssertUnwindSafe(async { self.run_once().await });
        step.catch_unwind().await.unwrap_or_else(|_| Err(Unavailable::new("the step panicked")))
    }

    /// Steps, and waits when there is nothing to do, until `stop`; a step under way is finished.
    pub async fn run(self, stop: CancellationToken) {
        let mut back_off = BACK_OFF_FIRST;
        while !stop.is_cancelled() {
            let pause: Wait = match self.run_once_caught().await {
                Ok(0) => {
                    back_off = BACK_OFF_FIRST;
                    (self.wait)()
                }
                Ok(_) => {
                    back_off = BACK_OFF_FIRST;
                    continue;
                }
                Err(error) => {
                    let name = self.name.to_string();
                    metrics::counter!("loop_failures_total", "loop" => name).increment(1);
                    // Once an outage, not once an attempt.
                    if back_off == BACK_OFF_FIRST {
                        tracing::error!(name = &*self.name, error = error.chain(), "step failed");
                    }
                    let pause = back_off;
                    back_off = back_off.saturating_mul(2).min(BACK_OFF_MAX);
                    Box::pin(tokio::time::sleep(pause))
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
