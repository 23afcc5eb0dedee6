//! The handle to the bus: publish, consume, dead letters, lag.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use sources::Clock;
use store::{Access, Outage, Unavailable};
use tokio::sync::Notify;

use crate::embedded::EmbeddedLog;
use crate::engine::Engine;
use crate::jetstream::{JetStream, JetStreamSettings};
use crate::log::Limits;
use crate::memory::{BusFaults, MemoryLog};
use crate::message::{BusMessage, ConsumerSpec, DeadLetter, Delivery, GivenUp, Lag, Settlement};

/// Dead letters listed at once, at the most: what somebody may still look through.
pub const DEAD_LETTERS_MAX: usize = 1_000;

/// The bus, on one of its engines. Clones are cheap and mean the same bus.
#[derive(Clone)]
pub struct Bus {
    engine: Engine,
    clock: Clock,
    outage: Outage,
}

impl Bus {
    /// The embedded engine: a durable log in the file at `path`, made if it is not there.
    ///
    /// # Errors
    /// [`Unavailable`] when the file cannot be opened, or somebody else has it open.
    pub fn embedded(path: &Path, clock: Clock) -> Result<Self, Unavailable> {
        Self::embedded_within(path, clock, Limits::default())
    }

    /// The embedded engine, within these limits.
    ///
    /// # Errors
    /// [`Unavailable`] when the file cannot be opened, or somebody else has it open.
    pub fn embedded_within(path: &Path, clock: Clock, limits: Limits) -> Result<Self, Unavailable> {
        let outage = outage(&clock);
        let log = EmbeddedLog::open(path, clock.clone(), limits, outage.clone())?;
        Ok(Self { engine: Engine::Embedded(log), clock, outage })
    }

    /// The memory engine.
    #[must_use]
    pub fn memory(clock: Clock) -> Self {
        Self::memory_within(clock, Limits::default())
    }

    /// The memory engine, within these limits.
    #[must_use]
    pub fn memory_within(clock: Clock, limits: Limits) -> Self {
        let engine = Engine::Memory(MemoryLog::new(clock.clone(), limits, None));
        Self { engine, outage: outage(&clock), clock }
    }

    /// The memory engine, which tells somebody of every message in the moment in which it enters the log.
    #[must_use]
    pub fn memory_watched(
        clock: Clock,
        watcher: impl Fn(&BusMessage) + Send + Sync + 'static,
    ) -> Self {
        let log = MemoryLog::new(clock.clone(), Limits::default(), Some(Arc::new(watcher)));
        Self { engine: Engine::Memory(log), outage: outage(&clock), clock }
    }

    /// The JetStream engine: connects, waiting for a server that is starting too, and makes its streams. From then on it connects
    /// again by itself; while the server is away everything answers [`Unavailable`] within a bound.
    ///
    /// # Errors
    /// [`Unavailable`] when there is no server within the bound, it refuses this user, has no JetStream, or does not write
    /// before it acknowledges although that is required.
    pub async fn jetstream(settings: JetStreamSettings, clock: Clock) -> Result<Self, Unavailable> {
        let engine = Engine::JetStream(JetStream::open(settings, clock.clone()).await?);
        Ok(Self { engine, outage: outage(&clock), clock })
    }

    /// A few words for the start-up lines.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.engine {
            Engine::Embedded(log) => format!("embedded log {}", log.path().display()),
            Engine::Memory(_) => "memory".to_owned(),
            Engine::JetStream(jetstream) => jetstream.describe(),
        }
    }

    /// Whether there is a connection to the broker; `None` where there is none to be had.
    #[must_use]
    pub fn is_connected(&self) -> Option<bool> {
        match &self.engine {
            Engine::Embedded(_) | Engine::Memory(_) => None,
            Engine::JetStream(jetstream) => Some(jetstream.is_connected()),
        }
    }

    /// The outages of the bus, as this process has met them.
    #[must_use]
    pub fn outage(&self) -> &Outage {
        &self.outage
    }

    /// The faults of a memory engine; `None` on any other.
    #[must_use]
    pub fn faults(&self) -> Option<BusFaults> {
        match &self.engine {
            Engine::Embedded(_) | Engine::JetStream(_) => None,
            Engine::Memory(log) => Some(log.faults()),
        }
    }

    /// Adds messages to the log, in order; durable when it returns. One whose id was published within the duplicate
    /// window is left out.
    ///
    /// # Errors
    /// [`Unavailable`] when the log does not take them (or is full); some may be in it all the same.
    pub async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        if messages.is_empty() {
            return Ok(());
        }
        self.outage.observe(Access::Write, self.engine.publish(messages).await)
    }

    /// A durable consumer. A new one starts at the oldest entry kept; a known one goes on behind what it settled, and what
    /// it was given and did not settle is delivered again.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn consumer(&self, spec: ConsumerSpec) -> Result<Consumer, Unavailable> {
        let name = spec.name.clone();
        let wake = self.engine.open_consumer(spec).await?;
        Ok(Consumer { bus: self.clone(), name, wake })
    }

    /// Forgets a durable consumer for good. Until then one that nobody opens any more keeps everything behind it in the
    /// log, so this is for a listener that was renamed or is gone.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn remove_consumer(&self, name: &str) -> Result<(), Unavailable> {
        self.engine.remove_consumer(name).await
    }

    /// Keeps messages that cannot be handled, each key once; durable when it returns.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn give_up(&self, given_up: Vec<GivenUp>) -> Result<(), Unavailable> {
        self.outage.observe(Access::Write, self.engine.give_up(given_up).await)
    }

    /// The dead letters of a service (of all for `None`), oldest first, up to [`DEAD_LETTERS_MAX`].
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn dead_letters(
        &self,
        service: Option<&str>,
    ) -> Result<Vec<DeadLetter>, Unavailable> {
        self.outage.observe(Access::Read, self.engine.dead_letters(service).await)
    }

    /// How many dead letters a service has; an embedded log counts no further than [`DEAD_LETTERS_MAX`].
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn count_dead_letters(&self, service: &str) -> Result<usize, Unavailable> {
        self.outage.observe(Access::Read, self.engine.count_dead_letters(service).await)
    }

    /// A dead letter.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable> {
        self.engine.dead_letter(id).await
    }

    /// Publishes a dead letter again on its subject of origin, alone in its envelope, and removes it. Everybody who reads
    /// the subject sees it; what was applied before is known by its version.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer or there is no such dead letter.
    pub async fn replay(&self, id: i64) -> Result<(), Unavailable> {
        let letter = self.engine.dead_letter(id).await?;
        let letter = letter
            .ok_or_else(|| Unavailable::new(format!("cannot replay {id}: no such dead letter")))?;
        let message = BusMessage {
            id: format!("replay-{id}"),
            subject: letter.origin,
            body: Bytes::from(format!("[{}]", letter.body)),
        };
        self.publish(vec![message]).await?;
        self.engine.bury(id).await
    }

    /// How far each durable consumer is behind, by name.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn lag(&self) -> Result<Vec<Lag>, Unavailable> {
        let mut lag = self.outage.observe(Access::Read, self.engine.lag().await)?;
        lag.sort_by(|a, b| a.consumer.cmp(&b.consumer));
        Ok(lag)
    }

    /// Removes up to [`TRIM_MAX`](crate::log::TRIM_MAX) entries that every durable consumer has settled and whose duplicate
    /// window has passed; to be called again and again. Answers how many.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn trim_once(&self) -> Result<usize, Unavailable> {
        self.outage.observe(Access::Write, self.engine.trim().await)
    }

    /// Makes what consumers have settled durable, before the process ends: it would be delivered again otherwise.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn close(&self) -> Result<(), Unavailable> {
        self.engine.close().await
    }
}

/// The outages of a new bus.
fn outage(clock: &Clock) -> Outage {
    Outage::of("bus", clock.clone())
}

/// A durable consumer.
#[derive(Clone)]
pub struct Consumer {
    bus: Bus,
    name: String,
    wake: Arc<Notify>,
}

impl Consumer {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is due again and what is new, in the order of the log, up to `max`; does not wait.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn fetch(&self, max: usize) -> Result<Vec<Delivery>, Unavailable> {
        let fetched = self.bus.engine.fetch(&self.name, max).await;
        self.bus.outage.observe(Access::Read, fetched)
    }

    /// Settles deliveries. It cannot fail: a settlement that is lost is a redelivery.
    pub async fn settle(&self, settlements: &[Settlement]) {
        self.bus.engine.settle(&self.name, settlements).await;
    }

    /// Returns when a fetch may give something.
    pub async fn ready(&self) {
        self.bus.engine.ready(&self.name, &self.wake, &self.bus.clock).await;
    }
}
