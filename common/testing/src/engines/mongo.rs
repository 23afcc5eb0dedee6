//! A server that implements MongoDB's wire protocol: a replica set of one, with multi-document
//! transactions.
//!
//! No package index has MongoDB itself, so this is `SecantusDB`, a free server over the same
//! storage engine. It is a separate program under the GPL, fetched for tests and never linked or
//! shipped. It is not MongoDB: elections and rollbacks cannot be tested with it. `MONGODB_URL`
//! names a real one.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use derive_more::Deref;
use mongodb::bson::doc;
use store::{MongoServer, MongoSettings};

use super::cache;
use super::server::Server;
use crate::processes::{free_ports, within};

/// The version that the server reports.
const VERSION: &str = "0.5.3-beta.165";

/// Requirements for pip: Linux on x86-64 and on ARM.
const REQUIREMENTS: &str = "SecantusDB==0.6.0b17 \
    --hash=sha256:fe8ccfd1295c872c92a4c4c13c5a6a1dead88b2ff3b9aafb361406ec8aac4d14 \
    --hash=sha256:690fed7d7268bf7e90aeb2c8a5b390b32b34685170df9a304f961713e30540fe\n";

/// The server is a program that does not need Python, but the package requires 3.11.
const FOR_PYTHON: [&str; 6] =
    ["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"];

/// Cache and log size far below the defaults, and an fsync for every commit, which is not the
/// default.
const OPTIONS: [&str; 5] = ["--sync-on-commit", "--cache-size", "128M", "--log-file-max", "16MB"];

/// Real-time bound until a server is ready, including the recovery from its log.
const READY_MAX: Duration = Duration::from_secs(30);

/// Timeout of an operation of a test.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Maximum connections of a test.
const POOL: u32 = 16;

/// A server for one test, which may kill it.
#[derive(Deref)]
pub struct Mongo {
    #[deref]
    server: Server,
    /// Its port.
    pub port: u16,
}

/// The address of MongoDB for the tests of this process: `MONGODB_URL`, or a shared server. Tests
/// are isolated by the names of their databases.
pub fn shared_url() -> String {
    static SHARED: OnceLock<Mongo> = OnceLock::new();
    let given = std::env::var("MONGODB_URL").ok().filter(|url| !url.is_empty());
    given.unwrap_or_else(|| SHARED.get_or_init(Mongo::start).url())
}

/// The server that the tests of this process share, with databases for this test only.
pub async fn shared() -> MongoServer {
    let url = tokio::task::spawn_blocking(shared_url).await.unwrap();
    connected(url).await
}

/// A connection to a server, with databases of a unique prefix.
pub async fn connected(url: String) -> MongoServer {
    let prefix = format!("test{:012x}_", rand::random::<u64>() >> 16);
    let settings = MongoSettings { url, prefix, timeout: TIMEOUT, pool: POOL };
    MongoServer::connect(settings).await.unwrap_or_else(|error| panic!("{}", error.chain()))
}

/// Ends every open transaction on a server, as the server does one minute after the client's death:
/// this server has no setting for a shorter time (`transactionLifetimeLimitSeconds`).
pub async fn end_open_transactions(server: &MongoServer) {
    let admin = server.database("").client().database("admin");
    admin.run_command(doc! { "killAllSessions": [] }).await.unwrap();
}

impl Mongo {
    /// Starts a server; returns when it is ready.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server that is not a replica set, and so has no transactions.
    pub fn start_standalone() -> Self {
        Self::start_with(&["--standalone"])
    }

    fn start_with(more: &[&str]) -> Self {
        let dir = tempfile::Builder::new().prefix("boxoffice-mongo-").tempdir().unwrap().keep();
        let [port] = free_ports();
        let (at, data) = (port.to_string(), dir.join("data"));
        let mut arguments = vec!["--host", "127.0.0.1", "--port", &at];
        arguments.extend(["--storage-path", data.to_str().unwrap()]);
        arguments.extend(OPTIONS.iter().chain(more));
        let mongo = Self { server: Server::new(dir.clone(), program(), &arguments), port };
        mongo.run();
        mongo
    }

    /// `mongodb://127.0.0.1:…/`, the same after a restart.
    pub fn url(&self) -> String {
        format!("mongodb://127.0.0.1:{}/", self.port)
    }

    /// Restarts the server with its data; returns when it is ready.
    pub fn run(&self) {
        self.server.start();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        within(READY_MAX, "the MongoDB-wire server is ready", || {
            let connected = TcpStream::connect_timeout(&address, READY_MAX);
            connected.map(drop).map_err(|error| format!("{error}\n{}", self.server.output_tail()))
        });
    }
}

/// The program, fetched if it is not in the cache.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let fetched = PROGRAM.get_or_init(|| {
        let platform = format!("manylinux_2_28_{}", std::env::consts::ARCH);
        let mut options = FOR_PYTHON.to_vec();
        options.extend(["--platform", platform.as_str()]);
        // The program is next to its libraries, as in the package.
        let server = "secantusdb.scripts/secantusd-rs";
        cache::program("secantusd", VERSION, server, (REQUIREMENTS, &options))
    });
    cache::expect(fetched, "MONGODB_URL to a replica set", REQUIREMENTS)
}
