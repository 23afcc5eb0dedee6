//! Settings of every process: addresses, mode, logging.

use std::net::IpAddr;
use std::str::FromStr;

use tracing_subscriber::EnvFilter;
use web::session::CookieKind;
use web::{CorsOrigins, RateLimits};

use crate::configuration::limits;
use crate::configuration::settings::{Setting, Settings, count, port};
use crate::observability::telemetry::{LogFormat, log_filter};
use crate::observability::traces::TraceSettings;

/// Maximum threads that serve requests: more than any machine has cores for.
const WORKERS_MAX: u64 = 1_024;

/// The purpose of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Real sales: the process rejects a broker that acknowledges before it writes to disk,
    /// development secrets, and secret files readable by others; cookies are for https only by
    /// default.
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

/// Defaults that differ between programs: a service of its own is meant for production, all of them
/// in one process for a laptop.
#[derive(Debug, Clone, Copy)]
pub struct Defaults {
    /// The port, different for each program, so that all can run on one machine.
    pub port: &'static str,
    /// The mode.
    pub mode: &'static str,
}

/// The validated settings.
#[derive(Debug)]
pub struct ProcessSettings {
    /// Port to listen on.
    pub port: u16,
    /// Address to listen on.
    pub host: IpAddr,
    /// The purpose of the process.
    pub mode: Mode,
    /// The session cookie.
    pub cookie: CookieKind,
    /// Threads that serve requests; 0 means one per core.
    pub workers: usize,
    /// The log levels.
    pub log: EnvFilter,
    /// The log format.
    pub log_format: LogFormat,
    /// The rate limits.
    pub limits: RateLimits,
    /// The other origins whose pages may use the API.
    pub cors_origins: CorsOrigins,
    /// The recording of traces.
    pub traces: TraceSettings,
}

/// The table of settings.
#[must_use]
pub const fn table(defaults: Defaults) -> [Setting; 10] {
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
            help: "production (rejects development secrets, and a NATS server that acknowledges before fsync) or development",
        },
        Setting {
            flag: "cookie",
            env: "COOKIE",
            default: "auto",
            value: "KIND",
            help: "Session cookie: secure (https only), plain (http), or auto (secure in production)",
        },
        Setting {
            flag: "cors-origins",
            env: "CORS_ORIGINS",
            default: "",
            value: "ORIGINS",
            help: "Other origins whose pages may use the API, such as https://shop.example, separated by commas",
        },
        Setting {
            flag: "workers",
            env: "WORKERS",
            default: "0",
            value: "COUNT",
            help: "Threads that serve requests; 0: one per core",
        },
        Setting {
            flag: "log",
            env: "LOG",
            default: "warn",
            value: "LEVELS",
            help: "Log level, or levels by module",
        },
        Setting {
            flag: "log-format",
            env: "LOG_FORMAT",
            default: "text",
            value: "FORMAT",
            help: "Log format: text or json",
        },
        Setting {
            flag: "otlp-endpoint",
            env: "OTEL_EXPORTER_OTLP_ENDPOINT",
            default: "",
            value: "URL",
            help: "Collector of spans (OTLP, http/protobuf), such as http://localhost:4318",
        },
        Setting {
            flag: "trace-ratio",
            env: "OTEL_TRACES_SAMPLER_ARG",
            default: "1",
            value: "SHARE",
            help: "Share of recorded traces, 0 to 1; the same for every service",
        },
    ]
}

/// Takes the mode before the other settings, which depend on it.
pub fn take_mode(settings: &mut Settings) -> Option<Mode> {
    let mode = settings.take("mode", Mode::from_str);
    if mode == Some(Mode::Production) {
        settings.in_production();
    }
    mode
}

/// Takes every value but the mode before checking any, so that all invalid ones are reported.
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
    let cors_origins = settings.take("cors-origins", CorsOrigins::parse);
    let workers = settings.take("workers", |text| {
        count(text, 0, WORKERS_MAX).map(|workers| usize::try_from(workers).unwrap_or(usize::MAX))
    });
    let limits = limits::take(settings);
    let log = settings.take("log", log_filter);
    let log_format = settings.take("log-format", str::parse);
    let endpoint = settings.take("otlp-endpoint", endpoint);
    let per_million = settings.take("trace-ratio", per_million);
    Some(ProcessSettings {
        port: port?,
        host: host?,
        mode: mode?,
        cookie: cookie?,
        workers: workers?,
        limits: limits?,
        cors_origins: cors_origins?,
        log: log?,
        log_format: log_format?,
        traces: TraceSettings { endpoint: endpoint?, per_million: per_million? },
    })
}

/// The collector of spans; none if it is not given.
fn endpoint(text: &str) -> Result<Option<String>, &'static str> {
    let rule = "must be the address of a collector such as http://localhost:4318";
    if text.is_empty() {
        return Ok(None);
    }
    // A collector runs beside the process and forwards the spans.
    let host = text.trim_end_matches('/').strip_prefix("http://").ok_or(rule)?;
    let is_plain = !host.is_empty() && !host.contains(['/', '@', '?', '#', ' ']);
    if is_plain { Ok(Some(format!("http://{host}"))) } else { Err(rule) }
}

/// A share in parts per million.
fn per_million(text: &str) -> Result<u32, &'static str> {
    let rule = "must be a share from 0 to 1, such as 0.05";
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || fraction.len() > 6 || !is_number(whole) || !is_number(fraction) {
        return Err(rule);
    }
    let whole: u32 = whole.parse().map_err(|_| rule)?;
    let fraction: u32 = format!("{fraction:0<6}").parse().map_err(|_| rule)?;
    let share = whole.checked_mul(1_000_000).and_then(|whole| whole.checked_add(fraction));
    share.filter(|share| *share <= 1_000_000).ok_or(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_exactly() {
        let good =
            [("0", 0), ("1", 1_000_000), ("0.05", 50_000), ("0.000001", 1), ("1.0", 1_000_000)];
        for (text, share) in good {
            assert_eq!(per_million(text), Ok(share), "{text}");
        }
        for bad in ["", ".5", "1.000001", "2", "-1", "1e-3", "0,5", "0.1234567", "99999999999"] {
            assert!(per_million(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_collector_is_a_plain_http_address() {
        assert_eq!(endpoint(""), Ok(None));
        assert_eq!(endpoint("http://tempo:4318/"), Ok(Some("http://tempo:4318".to_owned())));
        for bad in
            ["tempo:4318", "https://tempo:4318", "http://", "http://tempo/v1/traces", "http://a b"]
        {
            assert!(endpoint(bad).is_err(), "{bad}");
        }
    }
}
