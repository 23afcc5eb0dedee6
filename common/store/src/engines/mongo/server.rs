//! A replica set, its settings, and the connection to it.

use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::{
    Acknowledgment, ClientOptions, ReadPreference, SelectionCriteria, WriteConcern,
};
use mongodb::{Client, Database};

use super::{MongoEngine, read_concern};
use crate::engines::engine::Engine;
use crate::error::Unavailable;

/// Timeout of establishing a connection. With the heartbeat it bounds the time until a hanging
/// server is detected.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Period of checking each member: bounds the delay after the election of a primary.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// The settings of a replica set.
#[derive(Clone, derive_more::Debug)]
pub struct MongoSettings {
    /// `mongodb://user:password@host:27017/?replicaSet=rs0`; not shown by `Debug`.
    #[debug(skip)]
    pub url: String,
    /// The prefix of each database: `boxoffice_` for `boxoffice_auth`.
    pub prefix: String,
    /// Timeout of an operation, after which it counts as failed (a commit: as unknown).
    pub timeout: Duration,
    /// Maximum connections.
    pub pool: u32,
}

/// A connected replica set. Clones share the connections.
#[derive(Debug, Clone)]
pub struct MongoServer {
    client: Client,
    settings: Arc<MongoSettings>,
    hosts: Arc<str>,
}

impl MongoServer {
    /// Connects to a replica set whose members can commit multi-document transactions.
    ///
    /// # Errors
    /// [`Unavailable`] when the URL is invalid, no server responds, or it has no transactions.
    pub async fn connect(settings: MongoSettings) -> Result<Self, Unavailable> {
        let cannot = |error| Unavailable::caused_by("cannot connect to MongoDB", error);
        let mut options = ClientOptions::parse(&settings.url).await.map_err(cannot)?;
        let hosts: Vec<String> = options.hosts.iter().map(ToString::to_string).collect();
        options.app_name = Some("boxoffice".to_owned());
        options.max_pool_size = Some(settings.pool);
        options.connect_timeout = Some(CONNECT_TIMEOUT.min(settings.timeout));
        options.heartbeat_freq = Some(HEARTBEAT);
        options.server_selection_timeout = Some(settings.timeout);
        options.selection_criteria =
            Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
        options.read_concern = Some(read_concern());
        options.write_concern = Some(write_concern());
        let client = Client::with_options(options).map_err(cannot)?;
        let server = Self { client, settings: Arc::new(settings), hosts: hosts.join(",").into() };
        server.check_transactions().await?;
        Ok(server)
    }

    /// The engine of one database: [`MongoSettings::prefix`] and this name.
    pub fn engine(&self, name: &str) -> Engine {
        Engine::Mongo(MongoEngine::new(self.clone(), self.database(name)))
    }

    /// A database of this marketplace; for operators' tools and tests.
    #[must_use]
    pub fn database(&self, name: &str) -> Database {
        self.client.database(&format!("{}{name}", self.settings.prefix))
    }

    /// `db1.example.com:27017`
    #[must_use]
    pub fn hosts(&self) -> &str {
        &self.hosts
    }

    /// Ends the background work of the driver and closes the connections, before the runtime ends:
    /// a driver that still works while the runtime drops its tasks panics. Waits for running
    /// operations.
    pub async fn close(&self) {
        self.client.clone().shutdown().await;
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn timeout(&self) -> Duration {
        self.settings.timeout
    }

    async fn hello(&self) -> Result<Document, Unavailable> {
        let admin = self.client.database("admin");
        let asking = admin.run_command(doc! { "hello": 1 });
        let hosts = self.hosts();
        tokio::time::timeout(self.settings.timeout, asking)
            .await
            .map_err(|_| {
                Unavailable::new(format!("cannot connect to MongoDB at {hosts}: no response"))
            })?
            .map_err(|error| {
                Unavailable::caused_by(format!("cannot connect to MongoDB at {hosts}"), error)
            })
    }

    /// The time of the server's own clock; for operators' tools.
    ///
    /// # Errors
    /// [`Unavailable`] when the server does not respond, or does not report its time.
    pub async fn time(&self) -> Result<Timestamp, Unavailable> {
        match self.hello().await?.get_datetime("localTime") {
            Ok(time) => Ok(Timestamp::from_unix_ms(time.timestamp_millis())),
            Err(error) => {
                Err(Unavailable::caused_by("the MongoDB server does not report its time", error))
            }
        }
    }

    /// A standalone server has no transactions: without this check the first commit would fail.
    async fn check_transactions(&self) -> Result<(), Unavailable> {
        let hosts = self.hosts();
        let hello = self.hello().await?;
        let is_replica_set = hello.contains_key("setName");
        let is_router = hello.get("msg").and_then(Bson::as_str) == Some("isdbgrid");
        if is_replica_set || is_router {
            return Ok(());
        }
        Err(Unavailable::new(format!(
            "the MongoDB server at {hosts} has no transactions: it is not a replica set \
             (start it with `mongod --replSet rs0`, then run `rs.initiate()` once in mongosh)"
        )))
    }
}

/// Acknowledged once it is on the disks of a majority.
pub(super) fn write_concern() -> WriteConcern {
    WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build()
}
