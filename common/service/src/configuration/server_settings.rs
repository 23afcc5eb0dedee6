//! The settings of MongoDB and NATS.

use std::path::PathBuf;
use std::time::Duration;

use bus::jetstream::User;
use bus::{Bus, Durability, JetStreamSettings};
use clap::Args;
use sources::Clock;
use store::{MongoServer, MongoSettings, Unavailable};

use crate::configuration::server_address::ServerAddress;
use crate::configuration::settings::{Mode, Settings, count, duration, path};

/// Maximum connections of a process to MongoDB; a replica set supports some tens of thousands.
const POOL_MAX: u64 = 1_000;

/// Smallest log: a minute of a busy sale.
const LOG_BYTES_MIN: u64 = 16 * 1_024 * 1_024;

/// Largest log, far beyond any disk: the limit of the server's counter.
const LOG_BYTES_MAX: u64 = i64::MAX.unsigned_abs();

/// Shortest timeout of NATS: some of its own clocks count in seconds.
const NATS_TIMEOUT_MIN: Duration = Duration::from_secs(1);

/// MongoDB allows 63 bytes for a database; `test-provider` is the longest after the prefix.
const DATABASE_PREFIX_MAX: usize = 40;

/// Enough to distinguish marketplaces, and short in every subject.
const SUBJECT_PREFIX_MAX: usize = 20;

/// The settings of the servers. `Debug` shows no password.
#[derive(Clone)]
pub struct ServerSettings {
    mongodb: MongoSettings,
    jetstream: JetStreamSettings,
    /// The address of MongoDB, which shows no password.
    pub mongodb_address: ServerAddress,
    /// The address of NATS, which shows no password.
    pub nats_address: ServerAddress,
    monitors: Vec<String>,
    /// Time to wait for them when a process starts.
    pub start_timeout: Duration,
}

impl std::fmt::Debug for ServerSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries([&self.mongodb_address, &self.nats_address]).finish()
    }
}

/// Settings of the servers, as they are declared.
#[derive(Clone, Args)]
pub struct Arguments {
    /// MongoDB replica set; one with a password only by the environment or a file.
    #[arg(long, env, hide_env_values = true, value_name = "URL", value_parser = mongodb_address)]
    mongodb_url: Option<ServerAddress>,
    /// Prefix of each database.
    #[arg(long, env, default_value = "boxoffice_", value_name = "TEXT")]
    #[arg(value_parser = prefix(DATABASE_PREFIX_MAX))]
    mongodb_prefix: String,
    /// Timeout of an operation of MongoDB.
    #[arg(long, env, default_value = "5s", value_name = "TIME", value_parser = duration)]
    mongodb_timeout: Duration,
    /// Largest number of connections to each server of MongoDB.
    #[arg(long, env, default_value = "32", value_name = "COUNT")]
    #[arg(value_parser = count::<u32>(1, POOL_MAX))]
    mongodb_pool: u32,
    /// NATS servers, separated by commas; with a password only by the environment or a file.
    #[arg(long, env, hide_env_values = true, value_name = "URLS", value_parser = nats_address)]
    nats_url: Option<ServerAddress>,
    /// File with the NATS user's token and key, as nsc writes it.
    #[arg(long, env, value_name = "FILE", value_parser = path)]
    nats_credentials: Option<PathBuf>,
    /// Monitoring addresses of all NATS servers, separated by commas, such as
    /// `http://localhost:8222`; needed in production.
    #[arg(long, env, value_name = "URLS", value_parser = monitors)]
    nats_monitor_url: Option<Monitors>,
    /// Prefix of streams and subjects, where several marketplaces share NATS.
    #[arg(long, env, value_name = "TEXT", value_parser = prefix(SUBJECT_PREFIX_MAX))]
    nats_prefix: Option<String>,
    /// Servers that store each message: 3 in production.
    #[arg(long, env, default_value = "1", value_name = "COUNT", value_parser = replicas)]
    nats_replicas: usize,
    /// Timeout of an operation of NATS.
    #[arg(long, env, default_value = "5s", value_name = "TIME", value_parser = nats_timeout)]
    nats_timeout: Duration,
    /// Size of the log in bytes; when it is full, messages wait in the outboxes.
    #[arg(long, env, default_value = "1073741824", value_name = "BYTES")]
    #[arg(value_parser = count::<u64>(LOG_BYTES_MIN, LOG_BYTES_MAX))]
    nats_log_bytes_max: u64,
    /// Wait for MongoDB, NATS and key files at the start.
    #[arg(long, env, default_value = "60s", value_name = "TIME", value_parser = duration)]
    start_timeout: Duration,
}

type Monitors = Vec<String>;

/// Flag, and the error if it is missing.
type RequiredSetting = (&'static str, &'static str);

/// Settings that must be given together, as values or files.
const URLS: [RequiredSetting; 2] = [
    (
        "mongodb-url",
        "is missing: the MongoDB replica set, such as mongodb://localhost:27017/?replicaSet=rs0",
    ),
    ("nats-url", "is missing: the NATS servers, such as nats://localhost:4222"),
];

/// Only there a server reports whether it writes to the disk before it acknowledges.
const MONITOR: RequiredSetting = (
    "nats-monitor-url",
    "is missing: the monitoring address of every NATS server, such as http://localhost:8222 (in production each has to \
     show that it writes before it acknowledges)",
);

/// The settings of the servers. Both URLs are required, and in production the monitoring addresses.
pub fn take(settings: &mut Settings) -> Option<ServerSettings> {
    let monitor = (settings.mode() == Mode::Production).then_some(MONITOR);
    for (flag, why) in URLS.into_iter().chain(monitor) {
        if !is_given(settings, flag) {
            settings.refuse(&[flag], why);
        }
    }
    take_given(settings)
}

/// Like [`take`] if one of the URLs is given; `None` if neither is, for the embedded engines.
pub fn take_if_any(settings: &mut Settings) -> Option<ServerSettings> {
    if URLS.iter().any(|(flag, _)| is_given(settings, flag)) {
        return take(settings);
    }
    // They have no effect, but their mistakes are reported too.
    take_given(settings)
}

fn is_given(settings: &Settings, flag: &str) -> bool {
    settings.is_given(flag) || settings.is_given(&format!("{flag}-file"))
}

/// `None` without both URLs.
fn take_given(settings: &mut Settings) -> Option<ServerSettings> {
    let given: Arguments = settings.get()?;
    if let Some(path) = &given.nats_credentials {
        settings.check_secret_path(&["nats-credentials"], path);
    }
    let nats_prefix = given.nats_prefix();
    let (mongodb_address, nats_address) = (given.mongodb_url?, given.nats_url?);
    let mongodb = MongoSettings {
        url: mongodb_address.reveal().to_owned(),
        prefix: given.mongodb_prefix,
        timeout: given.mongodb_timeout,
        pool: given.mongodb_pool,
    };
    let monitors = given.nats_monitor_url.unwrap_or_default();
    let durability = durability(settings.mode(), &monitors);
    let jetstream = JetStreamSettings {
        credentials: given.nats_credentials,
        prefix: nats_prefix,
        replicas: given.nats_replicas,
        log_bytes_max: given.nats_log_bytes_max,
        response_max: given.nats_timeout,
        ..JetStreamSettings::new(nats_address.reveal().to_owned(), durability)
    };
    Some(ServerSettings {
        mongodb,
        jetstream,
        mongodb_address,
        nats_address,
        monitors,
        start_timeout: given.start_timeout,
    })
}

impl Arguments {
    /// The prefix of streams and subjects; none if it is empty.
    #[must_use]
    pub fn nats_prefix(&self) -> Option<String> {
        self.nats_prefix.clone().filter(|prefix| !prefix.is_empty())
    }
}

fn mongodb_address(text: &str) -> Result<ServerAddress, String> {
    let example = "mongodb://localhost:27017/?replicaSet=rs0";
    ServerAddress::parse(text, &["mongodb", "mongodb+srv"], example)
}

fn nats_address(text: &str) -> Result<ServerAddress, String> {
    ServerAddress::parse(text, &["nats", "tls", "ws", "wss"], "nats://localhost:4222")
}

fn monitors(text: &str) -> Result<Monitors, String> {
    let one = |url: &str| {
        let url = url.trim().trim_end_matches('/');
        ServerAddress::parse(url, &["http"], "http://localhost:8222")?;
        Ok(url.to_owned())
    };
    text.split(',').map(one).collect()
}

fn replicas(text: &str) -> Result<usize, &'static str> {
    match text {
        "1" => Ok(1),
        "3" => Ok(3),
        "5" => Ok(5),
        _ => Err("must be 1, 3 or 5"),
    }
}

fn nats_timeout(text: &str) -> Result<Duration, &'static str> {
    let time = duration(text)?;
    if time >= NATS_TIMEOUT_MIN { Ok(time) } else { Err("must be a second at least") }
}

fn durability(mode: Mode, monitors: &[String]) -> Durability {
    match mode {
        Mode::Production => Durability::Required(monitors.to_vec()),
        Mode::Development => Durability::Unchecked,
    }
}

fn prefix(
    length_max: usize,
) -> impl Fn(&str) -> Result<String, String> + Clone + Send + Sync + 'static {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    move |text| {
        if text.len() <= length_max && text.chars().all(is_allowed) {
            Ok(text.to_owned())
        } else {
            Err(format!("must be at most {length_max} letters, digits, _ and -"))
        }
    }
}

impl ServerSettings {
    /// The same servers with the user of this service.
    pub(crate) fn for_service(self, name: &'static str) -> Self {
        Self {
            jetstream: JetStreamSettings { user: User::Service(name), ..self.jetstream },
            ..self
        }
    }

    /// Connects to MongoDB. The connections belong to the current runtime.
    ///
    /// # Errors
    /// [`Unavailable`] when it does not respond or has no transactions.
    pub async fn connect_mongodb(&self) -> Result<MongoServer, Unavailable> {
        let connecting = MongoServer::connect(self.mongodb.clone()).await;
        connecting.map_err(|error| redacted(&self.mongodb_address, &error))
    }

    /// Connects to NATS, waiting for it up to `bound`; the connection is of the current runtime.
    ///
    /// # Errors
    /// [`Unavailable`] when it does not respond in time, has no JetStream, or in production
    /// acknowledges before fsync.
    pub async fn connect_nats(&self, clock: &Clock, bound: Duration) -> Result<Bus, Unavailable> {
        let settings = JetStreamSettings { connect_max: bound, ..self.jetstream.clone() };
        let connecting = Bus::jetstream(settings, clock.clone()).await;
        connecting.map_err(|error| redacted(&self.nats_address, &error))
    }

    /// The same servers without the check that they write before they acknowledge.
    #[must_use]
    pub fn unchecked(&self) -> Self {
        let jetstream =
            JetStreamSettings { durability: Durability::Unchecked, ..self.jetstream.clone() };
        Self { jetstream, ..self.clone() }
    }

    /// The same servers, checked to write before they acknowledge; `None` without monitors.
    #[must_use]
    pub fn checked(&self) -> Option<Self> {
        let durability = durability(Mode::Production, &self.monitors);
        let jetstream = JetStreamSettings { durability, ..self.jetstream.clone() };
        (!self.monitors.is_empty()).then(|| Self { jetstream, ..self.clone() })
    }
}

fn redacted(address: &ServerAddress, error: &Unavailable) -> Unavailable {
    Unavailable::new(address.redact(&error.chain()))
}
