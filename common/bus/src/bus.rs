//! The handle to the bus: publish, consume, dead letters, lag.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use contract::Timestamp;
use sources::Clock;
use store::Unavailable;
use tokio::sync::Notify;

use crate::embedded::EmbeddedLog;
use crate::memory::{BusFaults, MemoryLog};
use crate::message::{BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, Settlement};

/// Dead letters listed at once, at the most.
pub const DEAD_LETTERS_MAX: u32 = 1_000;

/// The bus, on one of its engines. Clones are cheap and mean the same bus.
#[derive(Clone)]
pub struct Bus {
    engine: Engine,
    clock: Clock,
}

#[derive(Clone)]
enum Engine {
    Embedded(EmbeddedLog),
    Memory(MemoryLog),
}

/// A message given up by a listener, before it has its place among the dead letters.
#[derive(Debug, Clone)]
pub struct GivenUp {
    /// `orders`
    pub service: String,
    /// `dead.orders.on_ticket_changed.ticket.created`
    pub subject: String,
    /// The subject it came on.
    pub origin: String,
    /// Why it cannot be handled.
    pub reason: String,
    /// The one message, as it came.
    pub body: String,
    /// When.
    pub at: Timestamp,
}

impl Bus {
    /// The embedded engine: a durable log in the file at `path`, made if it is not there.
    ///
    /// # Errors
    /// [`Unavailable`] when the file cannot be opened.
    pub fn embedded(path: &Path, clock: Clock) -> Result<Self, Unavailable> {
        let engine = Engine::Embedded(EmbeddedLog::open(path, clock.clone())?);
        Ok(Self { engine, clock })
    }

    /// The memory engine.
    #[must_use]
    pub fn memory(clock: Clock) -> Self {
        Self { engine: Engine::Memory(MemoryLog::default()), clock }
    }

    /// A few words for the start-up lines.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.engine {
            Engine::Embedded(log) => format!("embedded log {}", log.path().display()),
            Engine::Memory(_) => "memory".to_owned(),
        }
    }

    /// The faults of a memory engine; `None` on any other.
    #[must_use]
    pub fn faults(&self) -> Option<BusFaults> {
        match &self.engine {
            Engine::Embedded(_) => None,
            Engine::Memory(log) => Some(log.faults()),
        }
    }

    /// Adds messages to the log, in order; durable when it returns. One whose id was published within the duplicate
    /// window is left out.
    ///
    /// # Errors
    /// [`Unavailable`] when the log does not take them (or is full); some may be in it all the same.
    pub async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        match &self.engine {
            Engine::Embedded(log) => log.publish(messages).await,
            Engine::Memory(log) => {
                tokio::task::yield_now().await;
                log.publish(messages, self.clock.now())
            }
        }
    }

    /// A durable consumer. A new one starts at the oldest entry kept; a known one goes on behind what it settled.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn consumer(&self, spec: ConsumerSpec) -> Result<Consumer, Unavailable> {
        let notify = match &self.engine {
            Engine::Embedded(log) => log.consumer(spec.clone()).await?,
            Engine::Memory(log) => log.consumer(&spec),
        };
        Ok(Consumer { bus: self.clone(), name: spec.name, notify })
    }

    /// Keeps a message that cannot be handled; durable when it returns.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn give_up(&self, given_up: Vec<GivenUp>) -> Result<(), Unavailable> {
        match &self.engine {
            Engine::Embedded(log) => log.give_up(given_up).await,
            Engine::Memory(log) => {
                log.give_up(given_up);
                Ok(())
            }
        }
    }

    /// The dead letters of a service (of all for `None`), oldest first.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn dead_letters(
        &self,
        service: Option<&str>,
    ) -> Result<Vec<DeadLetter>, Unavailable> {
        match &self.engine {
            Engine::Embedded(log) => log.dead_letters(service),
            Engine::Memory(log) => {
                tokio::task::yield_now().await;
                Ok(log.dead_letters(service))
            }
        }
    }

    /// Publishes a dead letter again on its subject of origin, alone in its envelope, and removes it. Everybody who reads
    /// the subject sees it; what was applied before is known by its version.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer or there is no such dead letter.
    pub async fn replay(&self, id: i64) -> Result<(), Unavailable> {
        let letters = self.dead_letters(None).await?;
        let letter = letters.into_iter().find(|letter| letter.id == id);
        let letter = letter
            .ok_or_else(|| Unavailable::new(format!("cannot replay {id}: no such dead letter")))?;
        let message = BusMessage {
            id: format!("replay-{id}-{}", self.clock.now().unix_ms()),
            subject: letter.origin,
            body: Bytes::from(format!("[{}]", letter.body)),
        };
        self.publish(vec![message]).await?;
        match &self.engine {
            Engine::Embedded(log) => log.bury(id).await,
            Engine::Memory(log) => {
                log.bury(id);
                Ok(())
            }
        }
    }

    /// How far each consumer of this process is behind, by name.
    #[must_use]
    pub fn lag(&self) -> Vec<Lag> {
        match &self.engine {
            Engine::Embedded(log) => log.lag(),
            Engine::Memory(log) => log.lag(),
        }
    }

    /// Removes a bounded number of entries that every consumer has settled and whose duplicate window has passed; to be
    /// called again and again once all consumers of the process exist. Answers how many.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not answer.
    pub async fn trim_once(&self) -> Result<usize, Unavailable> {
        match &self.engine {
            Engine::Embedded(log) => log.trim().await,
            Engine::Memory(log) => {
                log.trim(self.clock.now());
                Ok(0)
            }
        }
    }
}

/// A durable consumer.
#[derive(Clone)]
pub struct Consumer {
    bus: Bus,
    name: String,
    notify: Arc<Notify>,
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
        let now = self.bus.clock.now();
        match &self.bus.engine {
            Engine::Embedded(log) => log.fetch(&self.name, max, now),
            Engine::Memory(log) => {
                tokio::task::yield_now().await;
                Ok(log.fetch(&self.name, max, now))
            }
        }
    }

    /// Settles deliveries. A lost settlement is a redelivery, so nothing is waited for.
    pub fn settle(&self, settlements: &[Settlement]) {
        let now = self.bus.clock.now();
        match &self.bus.engine {
            Engine::Embedded(log) => log.settle(&self.name, settlements, now),
            Engine::Memory(log) => log.settle(&self.name, settlements, now),
        }
    }

    /// Returns when a fetch may give something.
    pub async fn ready(&self) {
        loop {
            let now = self.bus.clock.now();
            let (has_work, due) = match &self.bus.engine {
                Engine::Embedded(log) => log.outlook(&self.name, now),
                Engine::Memory(log) => log.outlook(&self.name, now),
            };
            if has_work {
                return;
            }
            let redelivery = async {
                match due {
                    Some(at) => self.bus.clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.notify.notified() => {}
                () = redelivery => {}
            }
        }
    }
}
