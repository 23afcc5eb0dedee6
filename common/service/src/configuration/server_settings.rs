//! The settings of MongoDB and NATS.

use std::time::Duration;

use bus::jetstream::User;
use bus::{Bus, Durability, JetStreamSettings};
use sources::Clock;
use store::{MongoServer, MongoSettings, Unavailable};

use crate::configuration::process_settings::Mode;
use crate::configuration::server_address::ServerAddress;
use crate::configuration::settings::{Setting, Settings, count, duration};

/// Maximum connections of a process to MongoDB; a replica set supports some tens of thousands.
const POOL_MAX: u64 = 1_000;

/// Smallest log: a minute of a busy sale.
const LOG_BYTES_MIN: u64 = 16 * 1_024 * 1_024;

/// Largest log, far beyond any disk: the limit of the server's counter.
const LOG_BYTES_MAX: u64 = i64::MAX.unsigned_abs();

/// Shortest timeout of NATS: some of its own clocks count in seconds.
const NATS_TIMEOUT_MIN: Duration = Duration::from_secs(1);

/// MongoDB allows 63 bytes for the name of a database; the longest after the prefix is
/// `test-provider`.
const DATABASE_PREFIX_MAX: usize = 40;

/// Enough to distinguish marketplaces, and short in every subject.
const SUBJECT_PREFIX_MAX: usize = 20;

/// The settings of the servers. `Debug` shows no password.
#[derive(Clone)]
pub struct ServerSettings {
    mongodb: MongoSettings,
    jetstream: JetStreamSettings,
    /// The addresses of MongoDB and of NATS.
    addresses: [ServerAddress; 2],
    monitors: Vec<String>,
    /// Time to wait for them when a process starts.
    pub start_timeout: Duration,
}

impl std::fmt::Debug for ServerSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.addresses).finish()
    }
}

/// The table of settings.
pub static TABLE: &[Setting] = &[
    Setting {
        flag: "mongodb-url",
        env: "MONGODB_URL",
        default: "",
        value: "URL",
        help: "MongoDB replica set; one with a password only by the environment or a file",
    },
    Setting {
        flag: "mongodb-url-file",
        env: "MONGODB_URL_FILE",
        default: "",
        value: "FILE",
        help: "File with the MongoDB address",
    },
    Setting {
        flag: "mongodb-prefix",
        env: "MONGODB_PREFIX",
        default: "boxoffice_",
        value: "TEXT",
        help: "Prefix of each database",
    },
    Setting {
        flag: "mongodb-timeout",
        env: "MONGODB_TIMEOUT",
        default: "5s",
        value: "TIME",
        help: "Timeout of an operation of MongoDB",
    },
    Setting {
        flag: "mongodb-pool",
        env: "MONGODB_POOL",
        default: "32",
        value: "COUNT",
        help: "Largest number of connections to each server of MongoDB",
    },
    Setting {
        flag: "nats-url",
        env: "NATS_URL",
        default: "",
        value: "URLS",
        help: "NATS servers, separated by commas; with a password only by the environment or a file",
    },
    Setting {
        flag: "nats-url-file",
        env: "NATS_URL_FILE",
        default: "",
        value: "FILE",
        help: "File with the NATS addresses",
    },
    Setting {
        flag: "nats-credentials",
        env: "NATS_CREDENTIALS",
        default: "",
        value: "FILE",
        help: "File with the NATS user's token and key, as nsc writes it",
    },
    Setting {
        flag: "nats-monitor-url",
        env: "NATS_MONITOR_URL",
        default: "",
        value: "URLS",
        help: "Monitoring addresses of all NATS servers, separated by commas, such as http://localhost:8222; needed in production",
    },
    Setting {
        flag: "nats-prefix",
        env: "NATS_PREFIX",
        default: "",
        value: "TEXT",
        help: "Prefix of streams and subjects, where several marketplaces share NATS",
    },
    Setting {
        flag: "nats-replicas",
        env: "NATS_REPLICAS",
        default: "1",
        value: "COUNT",
        help: "Servers that store each message: 3 in production",
    },
    Setting {
        flag: "nats-timeout",
        env: "NATS_TIMEOUT",
        default: "5s",
        value: "TIME",
        help: "Timeout of an operation of NATS",
    },
    Setting {
        flag: "nats-log-bytes-max",
        env: "NATS_LOG_BYTES_MAX",
        default: "1073741824",
        value: "BYTES",
        help: "Size of the log in bytes; when it is full, messages wait in the outboxes",
    },
    Setting {
        flag: "start-timeout",
        env: "START_TIMEOUT",
        default: "60s",
        value: "TIME",
        help: "Wait for MongoDB, NATS and key files at the start",
    },
];

/// A required setting, as a value or a file, and the error if it is missing.
type RequiredSetting = (&'static str, Option<&'static str>, &'static str);

/// Settings that must be given together.
const URLS: [RequiredSetting; 2] = [
    (
        "mongodb-url",
        Some("mongodb-url-file"),
        "is missing: the MongoDB replica set, such as mongodb://localhost:27017/?replicaSet=rs0",
    ),
    (
        "nats-url",
        Some("nats-url-file"),
        "is missing: the NATS servers, such as nats://localhost:4222",
    ),
];

/// Only there a server reports whether it writes to the disk before it acknowledges.
const MONITOR: RequiredSetting = (
    "nats-monitor-url",
    None,
    "is missing: the monitoring address of every NATS server, such as http://localhost:8222 (in production each has to \
     show that it writes before it acknowledges)",
);

/// Takes every value before checking any, so that all invalid ones are reported; both URLs are
/// required, and in production the monitoring addresses.
pub fn take(settings: &mut Settings, mode: Option<Mode>) -> Option<ServerSettings> {
    let needed = URLS.into_iter().chain((mode == Some(Mode::Production)).then_some(MONITOR));
    let missing: Vec<_> = needed.filter(|one| !is_given(settings, one)).collect();
    for (flag, _, why) in &missing {
        settings.refuse(flag, why);
    }
    let given = take_given(settings, mode);
    given.filter(|_| missing.is_empty())
}

/// Like [`take`] if one of the URLs is given; `Some(None)` if neither is, for the embedded engines.
pub fn take_if_any(settings: &mut Settings, mode: Option<Mode>) -> Option<Option<ServerSettings>> {
    if URLS.iter().any(|one| is_given(settings, one)) {
        return take(settings, mode).map(Some);
    }
    // They have no effect, but their mistakes are reported too.
    take_given(settings, mode);
    Some(None)
}

fn is_given(settings: &Settings, (flag, file_flag, _): &RequiredSetting) -> bool {
    settings.is_given(flag) || file_flag.is_some_and(|file_flag| settings.is_given(file_flag))
}

fn take_given(settings: &mut Settings, mode: Option<Mode>) -> Option<ServerSettings> {
    let mongodb_address =
        settings.take_address_or_file("mongodb-url", "mongodb-url-file", |text| {
            let example = "mongodb://localhost:27017/?replicaSet=rs0";
            ServerAddress::parse(text, &["mongodb", "mongodb+srv"], example)
        });
    let prefix = settings.take("mongodb-prefix", |text| prefix(text, DATABASE_PREFIX_MAX));
    let timeout = settings.take("mongodb-timeout", duration);
    let pool = settings.take("mongodb-pool", |text| count(text, 1, POOL_MAX));
    let nats_address = settings.take_address_or_file("nats-url", "nats-url-file", |text| {
        ServerAddress::parse(text, &["nats", "tls", "ws", "wss"], "nats://localhost:4222")
    });
    let monitors = take_monitors(settings);
    let jetstream = take_jetstream(settings);
    let start_timeout = settings.take("start-timeout", duration);
    // A missing one is reported where it is required.
    let (mongodb_address, nats_address) = (mongodb_address??, nats_address??);
    let mongodb = MongoSettings {
        url: mongodb_address.reveal().to_owned(),
        prefix: prefix?,
        timeout: timeout?,
        pool: u32::try_from(pool?).unwrap_or(u32::MAX),
    };
    let (monitors, mode, url) = (monitors?, mode?, nats_address.reveal().to_owned());
    let durability = durability(mode, &monitors);
    let jetstream = JetStreamSettings { url, durability, ..jetstream? };
    let start_timeout = start_timeout?;
    let addresses = [mongodb_address, nats_address];
    Some(ServerSettings { mongodb, jetstream, addresses, monitors, start_timeout })
}

/// The settings of JetStream, without its address.
fn take_jetstream(settings: &mut Settings) -> Option<JetStreamSettings> {
    let credentials = if settings.is_given("nats-credentials") {
        settings.take_secret_path("nats-credentials").map(Some)
    } else {
        Some(None)
    };
    let prefix = settings.take("nats-prefix", nats_prefix);
    let replicas = settings.take("nats-replicas", |text| match text {
        "1" => Ok(1),
        "3" => Ok(3),
        "5" => Ok(5),
        _ => Err("must be 1, 3 or 5"),
    });
    let response_max = settings.take("nats-timeout", |text| match duration(text) {
        Ok(time) if time >= NATS_TIMEOUT_MIN => Ok(time),
        Ok(_) => Err("must be a second at least"),
        Err(rule) => Err(rule),
    });
    let log_bytes_max =
        settings.take("nats-log-bytes-max", |text| count(text, LOG_BYTES_MIN, LOG_BYTES_MAX));
    let prefix = prefix?;
    Some(JetStreamSettings {
        credentials: credentials?,
        replicas: replicas?,
        log_bytes_max: log_bytes_max?,
        response_max: response_max?,
        prefix,
        ..JetStreamSettings::new("", Durability::Unchecked)
    })
}

/// The monitoring addresses, if they are given.
fn take_monitors(settings: &mut Settings) -> Option<Vec<String>> {
    if !settings.is_given("nats-monitor-url") {
        return Some(Vec::new());
    }
    settings.take("nats-monitor-url", |text| {
        let one = |url: &str| {
            let url = url.trim().trim_end_matches('/');
            ServerAddress::parse(url, &["http"], "http://localhost:8222")?;
            Ok::<_, String>(url.to_owned())
        };
        text.split(',').map(one).collect::<Result<Vec<_>, _>>()
    })
}

fn durability(mode: Mode, monitors: &[String]) -> Durability {
    match mode {
        Mode::Production => Durability::Required(monitors.to_vec()),
        Mode::Development => Durability::Unchecked,
    }
}

/// The prefix of streams and subjects; none if it is empty.
///
/// # Errors
/// The rule.
pub fn nats_prefix(text: &str) -> Result<Option<String>, String> {
    prefix(text, SUBJECT_PREFIX_MAX).map(|prefix| Some(prefix).filter(|prefix| !prefix.is_empty()))
}

fn prefix(text: &str, length_max: usize) -> Result<String, String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if text.len() <= length_max && text.chars().all(is_allowed) {
        Ok(text.to_owned())
    } else {
        Err(format!("must be at most {length_max} letters, digits, _ and -"))
    }
}

impl ServerSettings {
    /// The same servers with the user of this service.
    #[must_use]
    pub fn as_service(self, name: &'static str) -> Self {
        Self {
            jetstream: JetStreamSettings { user: User::Service(name), ..self.jetstream },
            ..self
        }
    }

    /// The address of MongoDB, which shows no password.
    #[must_use]
    pub fn mongodb_address(&self) -> &ServerAddress {
        let [mongodb, _] = &self.addresses;
        mongodb
    }

    /// The address of NATS, which shows no password.
    #[must_use]
    pub fn nats_address(&self) -> &ServerAddress {
        let [_, nats] = &self.addresses;
        nats
    }

    /// Connects to MongoDB. The connections belong to the current runtime.
    ///
    /// # Errors
    /// [`Unavailable`] when it does not respond or has no transactions.
    pub async fn connect_mongodb(&self) -> Result<MongoServer, Unavailable> {
        let connecting = MongoServer::connect(self.mongodb.clone()).await;
        connecting.map_err(|error| redacted(self.mongodb_address(), &error))
    }

    /// Connects to NATS, waiting for it up to `bound`. The connection belongs to the current
    /// runtime.
    ///
    /// # Errors
    /// [`Unavailable`] when it does not respond in time, has no JetStream, or in production
    /// acknowledges before fsync.
    pub async fn connect_nats(&self, clock: &Clock, bound: Duration) -> Result<Bus, Unavailable> {
        let settings = JetStreamSettings { connect_max: bound, ..self.jetstream.clone() };
        // Boxed: a future of 20 KiB should not be part of every caller's.
        let connecting = Box::pin(Bus::jetstream(settings, clock.clone())).await;
        connecting.map_err(|error| redacted(self.nats_address(), &error))
    }

    /// The same servers without the check that they write before they acknowledge.
    #[must_use]
    pub fn unchecked(&self) -> Self {
        let jetstream =
            JetStreamSettings { durability: Durability::Unchecked, ..self.jetstream.clone() };
        Self { jetstream, ..self.clone() }
    }

    /// The same servers with the check that they write before they acknowledge; `None` without
    /// monitoring addresses.
    #[must_use]
    pub fn checked(&self) -> Option<Self> {
        let durability = durability(Mode::Production, &self.monitors);
        let jetstream = JetStreamSettings { durability, ..self.jetstream.clone() };
        (!self.monitors.is_empty()).then(|| Self { jetstream, ..self.clone() })
    }
}

/// The error without the secrets of an address.
fn redacted(address: &ServerAddress, error: &Unavailable) -> Unavailable {
    Unavailable::new(address.redact(&error.chain()))
}
