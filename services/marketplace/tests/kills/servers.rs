//! The database and the broker of a fleet: real servers, each behind a proxy that can be cut.

use std::time::Duration;

use bus::Bus;
use bus::jetstream::{Durability, JetStreamSettings, User};
use sources::Clock;
use store::{MongoServer, MongoSettings};
use testing::engines::mongo::{Mongo, end_open_transactions};
use testing::engines::nats::{Cluster, Nats, PASSWORD};
use testing::proxy::TcpProxy;

use invariants::Reader;
use marketplace::services::in_order;

pub(crate) const PREFIX: &str = "kills_";

/// Timeout of one operation of the reader.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Connections of the reader.
const POOL: u32 = 8;

pub(crate) struct Servers {
    pub(crate) mongo: Mongo,
    pub(crate) mongo_proxy: TcpProxy,
    pub(crate) broker: Broker,
}

/// One nats-server behind a proxy, or three of them.
pub(crate) enum Broker {
    One { nats: Box<Nats>, proxy: TcpProxy },
    Three(Box<Cluster>),
}

impl Servers {
    pub(crate) async fn start() -> Self {
        let nats = Box::new(blocking(Nats::start_inside));
        let proxy = TcpProxy::to(nats.port).await;
        Self::with(Broker::One { nats, proxy }).await
    }

    pub(crate) async fn start_cluster() -> Self {
        Self::with(Broker::Three(Box::new(blocking(Cluster::start_inside)))).await
    }

    async fn with(broker: Broker) -> Self {
        let mongo = blocking(Mongo::start);
        let mongo_proxy = TcpProxy::to(mongo.port).await;
        Self { mongo, mongo_proxy, broker }
    }

    /// The settings of a program: the addresses of the proxies, without use of other addresses that
    /// a server announces. The program is a user of the broker with the same rights as in
    /// production.
    pub(crate) fn settings(&self, program: &str) -> [(&'static str, String); 4] {
        let mongo = format!("mongodb://{}/?directConnection=true", self.mongo_proxy.address());
        let (nats, replicas) = match &self.broker {
            Broker::One { proxy, .. } => (format!("nats://{}", proxy.address()), 1),
            Broker::Three(cluster) => (cluster.url(), cluster.members.len()),
        };
        let nats = of_user(&nats, program);
        [
            ("MONGODB_URL", mongo),
            ("MONGODB_PREFIX", PREFIX.to_owned()),
            ("NATS_URL", nats),
            ("NATS_REPLICAS", replicas.to_string()),
        ]
    }

    /// The broker as its operator, without the proxy.
    pub(crate) async fn bus(&self) -> Bus {
        let (url, replicas) = match &self.broker {
            Broker::One { nats, .. } => (nats.url(), 1),
            Broker::Three(cluster) => (cluster.url(), cluster.members.len()),
        };
        let url = of_user(&url, User::Operator.name());
        let settings = JetStreamSettings::new(url, Durability::Unchecked);
        let settings = JetStreamSettings { replicas, ..settings };
        Bus::jetstream(settings, Clock::System).await.unwrap()
    }

    /// The database, without the proxy.
    async fn database(&self) -> MongoServer {
        let (url, prefix) = (self.mongo.url(), PREFIX.to_owned());
        let settings = MongoSettings { url, prefix, timeout: TIMEOUT, pool: POOL };
        MongoServer::connect(settings).await.unwrap()
    }

    /// Aborts transactions that killed processes left open.
    pub(crate) async fn end_open_transactions(&self) {
        end_open_transactions(&self.database().await).await;
    }

    /// A reader that connects to the servers directly.
    pub(crate) async fn reader(&self) -> Reader {
        let server = self.database().await;
        let bus = self.bus().await;
        Reader::open(in_order(), |name| server.engine(name), bus).await.unwrap()
    }
}

/// Addresses of the broker with the credentials of a user.
fn of_user(urls: &str, user: &str) -> String {
    urls.replace("nats://", &format!("nats://{user}:{PASSWORD}@"))
}

/// Runs blocking work for a server without a delay of the other tasks of this thread.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}
