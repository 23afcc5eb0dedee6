//! The database and the broker of a fleet: real ones, each behind a wire that can be cut.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bus::Bus;
use bus::jetstream::{Durability, JetStreamSettings};
use sources::Clock;
use store::{MongoServer, MongoSettings};
use testing::engines::mongo::Mongo;
use testing::engines::nats::Nats;
use testing::proxy::Wire;

use crate::reading::Reader;

/// What the names of the databases begin with.
pub(crate) const PREFIX: &str = "kills_";

/// Time that one operation of the reader may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Connections of the reader.
const POOL: u32 = 8;

/// A MongoDB-wire server and a nats-server.
pub(crate) struct Servers {
    pub(crate) mongo: Mongo,
    pub(crate) nats: Nats,
    pub(crate) mongo_wire: Wire,
    pub(crate) nats_wire: Wire,
}

impl Servers {
    pub(crate) async fn start() -> Self {
        let (mongo, nats) = blocking(|| (Mongo::start(), Nats::start()));
        let nats_port = nats.url().rsplit(':').next().unwrap().parse().unwrap();
        let local = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mongo_wire = Wire::to(local(mongo.port())).await;
        let nats_wire = Wire::to(local(nats_port)).await;
        Self { mongo, nats, mongo_wire, nats_wire }
    }

    /// What the programs are told of them: to go by the wires, and by nothing else that a server may tell of itself.
    pub(crate) fn settings(&self) -> [(&'static str, String); 3] {
        let mongo = format!("mongodb://{}/?directConnection=true", self.mongo_wire.address());
        let nats = format!("nats://{}", self.nats_wire.address());
        [("MONGODB_URL", mongo), ("MONGODB_PREFIX", PREFIX.to_owned()), ("NATS_URL", nats)]
    }

    /// A reader that goes to the servers directly.
    pub(crate) async fn reader(&self) -> Reader {
        let (url, prefix) = (self.mongo.url(), PREFIX.to_owned());
        let settings = MongoSettings { url, prefix, timeout: TIMEOUT, pool: POOL };
        let server = MongoServer::connect(settings).await.unwrap();
        let settings = JetStreamSettings::new(self.nats.url(), Durability::Unchecked);
        let bus = Bus::jetstream(settings, Clock::System).await.unwrap();
        Reader::open(|name| server.engine(name), bus).await
    }
}

/// Runs what waits for a server without keeping up the other tasks of this thread.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}
