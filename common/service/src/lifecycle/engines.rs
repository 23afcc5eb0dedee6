//! The engines of a process, embedded in its data directory, or MongoDB and NATS JetStream; and the
//! platform of one service, given by its process.

use std::sync::Arc;
use std::time::Duration;

use bus::Bus;
use sources::{Clock, Ids};
use store::{Engine, MongoServer, Unavailable};
use web::Sessions;

use crate::configuration::server_settings::ServerSettings;
use crate::lifecycle::data_dir::DataDir;
use crate::lifecycle::startup_wait::StartupWait;

/// Wait for NATS in a command of an operator, when it should be running.
const CONNECT_NOW_MAX: Duration = Duration::from_secs(2);

/// Time limit for closing the bus, and then the stores, which need milliseconds.
const CLOSE_MAX: Duration = Duration::from_secs(1);

/// The platform of a service in its process.
#[derive(Clone)]
pub struct Platform {
    /// The engine of this service's own store.
    pub engine: Engine,
    /// The bus.
    pub bus: Bus,
    /// The process's clock.
    pub clock: Clock,
    /// The source of ids.
    pub ids: Ids,
    /// Verification of sessions, shared by the services of a process.
    pub sessions: Sessions,
}

/// The stores of a process, and its bus. Clones share them.
#[derive(Clone)]
pub struct Engines {
    stores: Stores,
    /// The bus.
    pub bus: Bus,
}

#[derive(Clone)]
enum Stores {
    Embedded(Arc<DataDir>),
    MongoDb(MongoServer),
}

impl Engines {
    /// The embedded engines, in a locked data directory.
    ///
    /// # Errors
    /// [`Unavailable`] when the bus cannot be opened.
    pub fn embedded(data_dir: DataDir, clock: &Clock) -> Result<Self, Unavailable> {
        let bus = Bus::embedded(&data_dir.file("bus.db"), clock.clone())?;
        Ok(Self { stores: Stores::Embedded(Arc::new(data_dir)), bus })
    }

    /// MongoDB and NATS JetStream, waiting for them if they are starting.
    ///
    /// # Errors
    /// [`Unavailable`] when one of them does not respond in time, or is not suitable.
    pub async fn connect(
        settings: &ServerSettings,
        clock: &Clock,
        startup_wait: StartupWait,
    ) -> Result<Self, Unavailable> {
        let what = format!("MongoDB at {}", settings.mongodb_address);
        let mongodb =
            startup_wait.wait_for(&what, async || settings.connect_mongodb().await).await?;
        let what = format!("NATS JetStream at {}", settings.nats_address);
        let bus =
            startup_wait.announce(&what, settings.connect_nats(clock, startup_wait.left())).await?;
        Ok(Self { stores: Stores::MongoDb(mongodb), bus })
    }

    /// MongoDB and NATS JetStream, without waiting.
    ///
    /// # Errors
    /// [`Unavailable`] when one of them does not respond, or is not suitable.
    pub async fn connect_now(
        settings: &ServerSettings,
        clock: &Clock,
    ) -> Result<Self, Unavailable> {
        let mongodb = settings.connect_mongodb().await?;
        let bus = settings.connect_nats(clock, CONNECT_NOW_MAX).await?;
        Ok(Self { stores: Stores::MongoDb(mongodb), bus })
    }

    /// The engine of a service's own store, or of one of its parts.
    pub fn store(&self, name: &str) -> Engine {
        match &self.stores {
            Stores::Embedded(data_dir) => Engine::sqlite(data_dir.file(&format!("{name}.db"))),
            Stores::MongoDb(server) => server.engine(name),
        }
    }

    /// Makes settlements of messages durable and closes the connections to MongoDB, before the
    /// runtime ends. A part that takes longer than a second ends with the process.
    pub async fn close(&self) {
        match tokio::time::timeout(CLOSE_MAX, self.bus.close()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::debug!(error = error.chain(), "settlements are not durable");
            }
            Err(_) => tracing::debug!("the bus did not close in time"),
        }
        match &self.stores {
            Stores::Embedded(_) => {}
            Stores::MongoDb(server) => {
                if tokio::time::timeout(CLOSE_MAX, server.close()).await.is_err() {
                    tracing::debug!("connections to MongoDB are still in use");
                }
            }
        }
    }

    /// Whether the engines are embedded, so that every service runs in this process.
    pub(crate) const fn are_embedded(&self) -> bool {
        matches!(self.stores, Stores::Embedded(_))
    }

    /// For the log at start: `store: sqlite (one file per service), bus: embedded log data/bus.db`.
    #[must_use]
    pub fn describe(&self) -> String {
        let stores = match &self.stores {
            Stores::Embedded(_) => "sqlite (one file per service)".to_owned(),
            Stores::MongoDb(server) => {
                format!("mongodb {} (one database per service)", server.hosts())
            }
        };
        format!("store: {stores}, bus: {}", self.bus.describe())
    }
}
