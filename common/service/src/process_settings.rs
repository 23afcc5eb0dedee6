//! Settings that every process has: where it listens, how careful it is, what it logs.

use std::net::IpAddr;
use std::str::FromStr;

use tracing_subscriber::EnvFilter;
use web::session::CookieKind;

use crate::settings::{Setting, Settings, count, port};
use crate::telemetry::{LogFormat, log_filter};

/// Threads that answer requests, at the most: more than any machine has cores for.
const WORKERS_MAX: u64 = 1_024;

/// What a process is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Real sales: a broker that acknowledges what is not yet on disk is refused, and cookies are for https only unless told
    /// otherwise.
    Production,
    /// A laptop or a test.
    Development,
}

impl FromStr for Mode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "production" => Ok(Self::Production),
            "development" => Ok(Self::Development),
            _ => Err("must be production or development"),
        }
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Production => "production",
            Self::Development => "development",
        })
    }
}

/// What programs differ in: a service of its own is meant for production, all of them in one process for a laptop.
#[derive(Debug, Clone, Copy)]
pub struct Defaults {
    /// The port, unlike that of any other program, so that all can run on one machine.
    pub port: &'static str,
    /// The mode.
    pub mode: &'static str,
}

/// The settings, checked.
#[derive(Debug)]
pub struct ProcessSettings {
    /// Port to listen on.
    pub port: u16,
    /// Address to listen on.
    pub host: IpAddr,
    /// What the process is for.
    pub mode: Mode,
    /// Which cookie carries the session.
    pub cookie: CookieKind,
    /// Threads that answer requests; 0 is one a core.
    pub workers: usize,
    /// What is logged.
    pub log: EnvFilter,
    /// How it is logged.
    pub log_format: LogFormat,
}

/// The table of settings.
#[must_use]
pub const fn table(defaults: Defaults) -> [Setting; 7] {
    [
        Setting {
            flag: "port",
            env: "PORT",
            default: defaults.port,
            value: "PORT",
            help: "Port to listen on; 0 lets the system choose",
        },
        Setting {
            flag: "host",
            env: "HOST",
            default: "127.0.0.1",
            value: "ADDRESS",
            help: "IP address to listen on",
        },
        Setting {
            flag: "mode",
            env: "MODE",
            default: defaults.mode,
            value: "MODE",
            help: "production (refuses a NATS server that acknowledges before fsync) or development",
        },
        Setting {
            flag: "cookie",
            env: "COOKIE",
            default: "auto",
            value: "KIND",
            help: "Session cookie: secure (https only), plain (http), or auto: secure in production",
        },
        Setting {
            flag: "workers",
            env: "WORKERS",
            default: "0",
            value: "COUNT",
            help: "Threads that answer requests; 0 is one a core",
        },
        Setting {
            flag: "log",
            env: "LOG",
            default: "warn",
            value: "LEVELS",
            help: "What is logged: a level, or levels by module",
        },
        Setting {
            flag: "log-format",
            env: "LOG_FORMAT",
            default: "text",
            value: "FORMAT",
            help: "How it is logged: text or json",
        },
    ]
}

/// Takes the mode, which other settings depend on.
pub fn take_mode(settings: &mut Settings) -> Option<Mode> {
    settings.take("mode", Mode::from_str)
}

/// Takes every value but the mode before looking at any, so that all that are invalid are noted.
pub fn take(settings: &mut Settings, mode: Option<Mode>) -> Option<ProcessSettings> {
    let port = settings.take("port", port);
    let host = settings.take("host", |text| {
        let text = if text == "localhost" { "127.0.0.1" } else { text };
        text.parse().map_err(|_| "must be an IP address such as 127.0.0.1 or 0.0.0.0")
    });
    let cookie = settings.take("cookie", |text| match (text, mode) {
        ("secure", _) | ("auto", Some(Mode::Production)) => Ok(CookieKind::Secure),
        ("plain", _) | ("auto", Some(Mode::Development) | None) => Ok(CookieKind::Plain),
        _ => Err("must be secure, plain or auto"),
    });
    let workers = settings.take("workers", |text| {
        count(text, 0, WORKERS_MAX).map(|workers| usize::try_from(workers).unwrap_or(usize::MAX))
    });
    let log = settings.take("log", log_filter);
    let log_format = settings.take("log-format", str::parse);
    Some(ProcessSettings {
        port: port?,
        host: host?,
        mode: mode?,
        cookie: cookie?,
        workers: workers?,
        log: log?,
        log_format: log_format?,
    })
}
