//! The handle to the bus: publish, consume, dead letters, lag. Operations that return
//! [`Unavailable`] fail while the engine does not respond.

#![expect(clippy::missing_errors_doc, reason = "the documentation of the module has it once")]

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::LocalBoxFuture;
use sources::Clock;
use store::{Access, Outage, Unavailable};

use crate::embedded::EmbeddedLog;
use crate::engine::Engine;
use crate::jetstream::{JetStream, JetStreamSettings};
use crate::log::LogLimits;
use crate::memory::{BusFaults, MemoryLog};
use crate::message::{
    BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, NewDeadLetter, Settlement,
};

/// The bus on one of its engines. Clones share it.
#[derive(Clone)]
pub struct Bus {
    engine: Arc<dyn Engine>,
    outage: Outage,
    faults: Option<BusFaults>,
}

impl Bus {
    /// The embedded engine: a durable log in the file at `path`, created if it does not exist.
    ///
    /// # Errors
    /// [`Unavailable`] when the file cannot be opened, or is already open.
    pub fn embedded(path: &Path, clock: Clock) -> Result<Self, Unavailable> {
        Self::embedded_within(path, clock, LogLimits::default())
    }

    /// The embedded engine with these limits.
    ///
    /// # Errors
    /// [`Unavailable`] when the file cannot be opened, or is already open.
    pub fn embedded_within(
        path: &Path,
        clock: Clock,
        limits: LogLimits,
    ) -> Result<Self, Unavailable> {
        let outage = Outage::of("bus", clock.clone());
        let log = EmbeddedLog::open(path, clock, limits, outage.clone())?;
        Ok(Self { engine: Arc::new(log), outage, faults: None })
    }

    /// The memory engine.
    #[must_use]
    pub fn memory(clock: Clock) -> Self {
        Self::memory_watched(clock, LogLimits::default(), |_| {})
    }

    /// The memory engine with these limits, and a callback for every message that enters the log.
    #[must_use]
    pub fn memory_watched(
        clock: Clock,
        limits: LogLimits,
        watcher: impl Fn(&BusMessage) + Send + Sync + 'static,
    ) -> Self {
        let (outage, faults) = (Outage::of("bus", clock.clone()), BusFaults::default());
        let log = MemoryLog::new(clock, limits, faults.clone(), Box::new(watcher));
        Self { engine: Arc::new(log), outage, faults: Some(faults) }
    }

    /// The JetStream engine: connects, waiting for a starting server, and creates its streams. It
    /// reconnects by itself; during an outage every operation returns [`Unavailable`] within a
    /// bound.
    ///
    /// # Errors
    /// [`Unavailable`] when no server responds within the bound, or the server rejects the user,
    /// has no JetStream, or acknowledges before it writes although that is not accepted.
    #[must_use]
    pub fn jetstream(
        settings: JetStreamSettings,
        clock: Clock,
    ) -> LocalBoxFuture<'static, Result<Self, Unavailable>> {
        // Boxed: an async function is compiled again in each crate that awaits it.
        Box::pin(async move {
            let outage = Outage::of("bus", clock.clone());
            let jetstream = JetStream::open(settings, clock).await?;
            Ok(Self { engine: Arc::new(jetstream), outage, faults: None })
        })
    }

    /// A short description for the log at start.
    #[must_use]
    pub fn describe(&self) -> String {
        self.engine.describe()
    }

    /// Whether the broker is connected; `None` for an engine without a connection.
    #[must_use]
    pub fn is_connected(&self) -> Option<bool> {
        self.engine.is_connected()
    }

    /// The outages of the bus in this process.
    #[must_use]
    pub fn outage(&self) -> &Outage {
        &self.outage
    }

    /// The faults of a memory engine; `None` for any other.
    #[must_use]
    pub fn faults(&self) -> Option<BusFaults> {
        self.faults.clone()
    }

    /// Appends messages to the log, in order; durable when it returns. A message whose id was
    /// published within the duplicate window is skipped.
    ///
    /// # Errors
    /// [`Unavailable`] when the log is full or the engine fails; some messages may be in the log.
    pub async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        if messages.is_empty() {
            return Ok(());
        }
        self.outage.observe(Access::Write, self.engine.publish(messages).await)
    }

    /// Opens a durable consumer. A new one starts at the oldest entry of the log; an existing one
    /// continues behind its last settled entry, and its unsettled deliveries are redelivered.
    pub async fn consumer(&self, spec: ConsumerSpec) -> Result<Consumer, Unavailable> {
        let name = spec.name.clone();
        self.engine.open_consumer(spec).await?;
        Ok(Consumer { bus: self.clone(), name })
    }

    /// Removes a durable consumer. An unused consumer keeps every later entry in the log, so a
    /// renamed or deleted listener's consumer must be removed.
    pub async fn remove_consumer(&self, name: &str) -> Result<(), Unavailable> {
        self.engine.remove_consumer(name).await
    }

    /// Stores dead letters, each key once; durable when it returns.
    pub async fn add_dead_letters(
        &self,
        dead_letters: Vec<NewDeadLetter>,
    ) -> Result<(), Unavailable> {
        self.outage.observe(Access::Write, self.engine.add_dead_letters(dead_letters).await)
    }

    /// The dead letters of a service (of all for `None`), oldest first, up to [`crate::message::DEAD_LETTERS_MAX`].
    pub async fn dead_letters(
        &self,
        service: Option<&str>,
    ) -> Result<Vec<DeadLetter>, Unavailable> {
        self.outage.observe(Access::Read, self.engine.dead_letters(service).await)
    }

    /// Number of dead letters of a service; an embedded log counts up to [`crate::message::DEAD_LETTERS_MAX`].
    pub async fn count_dead_letters(&self, service: &str) -> Result<usize, Unavailable> {
        self.outage.observe(Access::Read, self.engine.count_dead_letters(service).await)
    }

    /// The dead letter with this id.
    pub async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable> {
        self.engine.dead_letter(id).await
    }

    /// Publishes a dead letter again on its original subject, alone in its envelope, and removes
    /// it. Every consumer of the subject receives it; consumers that have applied it skip it by its
    /// version.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not respond, or there is no such dead letter.
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
        self.engine.remove_dead_letter(id).await
    }

    /// The lag of each durable consumer, sorted by name.
    pub async fn lag(&self) -> Result<Vec<Lag>, Unavailable> {
        let mut lag = self.outage.observe(Access::Read, self.engine.lag().await)?;
        lag.sort_by(|a, b| a.consumer.cmp(&b.consumer));
        Ok(lag)
    }

    /// Removes up to [`TRIM_MAX`](crate::log::TRIM_MAX) entries that every durable consumer has
    /// settled and whose duplicate window has passed; returns their number. The caller repeats it.
    pub async fn trim_once(&self) -> Result<usize, Unavailable> {
        self.outage.observe(Access::Write, self.engine.trim().await)
    }

    /// Makes settlements durable before the process ends; otherwise they would be redelivered.
    pub async fn close(&self) -> Result<(), Unavailable> {
        self.engine.close().await
    }
}

/// A durable consumer.
#[derive(Clone)]
pub struct Consumer {
    bus: Bus,
    name: String,
}

impl Consumer {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Due redeliveries and new messages, in the order of the log, up to `max`; does not wait.
    pub async fn fetch(&self, max: usize) -> Result<Vec<Delivery>, Unavailable> {
        let fetched = self.bus.engine.fetch(&self.name, max).await;
        self.bus.outage.observe(Access::Read, fetched)
    }

    /// Settles deliveries. It cannot fail: a lost settlement causes a redelivery.
    pub async fn settle(&self, settlements: &[Settlement]) {
        self.bus.engine.settle(&self.name, settlements).await;
    }

    /// Returns when a fetch may return deliveries.
    pub async fn ready(&self) {
        self.bus.engine.ready(&self.name).await;
    }
}
