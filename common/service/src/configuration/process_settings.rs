//! Settings of every process: addresses, mode, logging.

use std::net::IpAddr;

use clap::{Arg, Args};
use tracing_subscriber::EnvFilter;
use web::CorsOrigins;
use web::session::CookieKind;

use crate::configuration::limits::LimitSettings;
use crate::configuration::settings::{self, Mode, count, port};
use crate::observability::telemetry::{LogFormat, log_filter};
use crate::observability::traces::TraceSettings;

/// Maximum threads that serve requests: more than any machine has cores for.
const WORKERS_MAX: u64 = 1_024;

/// Settings of every process.
#[derive(Debug, Clone, Args)]
pub struct ProcessSettings {
    /// Port to listen on; 0 lets the system choose.
    #[arg(long, env, default_value = "3000", value_parser = port)]
    pub port: u16,
    /// IP address to listen on.
    #[arg(long, env, default_value = "127.0.0.1", value_name = "ADDRESS", value_parser = host)]
    pub host: IpAddr,
    /// production (rejects development secrets, and a NATS server that acknowledges before fsync)
    /// or development.
    #[arg(long, env, default_value = "development")]
    pub mode: Mode,
    /// Session cookie: secure (https only), plain (http), or auto (secure in production).
    #[arg(long, env, default_value = "auto", value_name = "KIND", value_parser = cookie)]
    cookie: AutoCookie,
    /// Other origins whose pages may use the API, such as `https://shop.example`, separated by
    /// commas.
    #[arg(long, env, default_value = "", value_name = "ORIGINS", value_parser = CorsOrigins::parse)]
    pub cors_origins: CorsOrigins,
    /// Threads that serve requests; 0: one per core.
    #[arg(long, env, default_value = "0", value_name = "COUNT")]
    #[arg(value_parser = count::<usize>(0, WORKERS_MAX))]
    pub workers: usize,
    /// Log level, or levels by module.
    #[arg(long, env, default_value = "warn", value_name = "LEVELS", value_parser = log_filter)]
    pub log: EnvFilter,
    /// Log format: text or json.
    #[arg(long, env, default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
    /// The recording of traces.
    #[command(flatten)]
    pub traces: TraceSettings,
    /// The rate limits.
    #[command(flatten)]
    pub limits: LimitSettings,
}

/// The session cookie; `None` is that of the mode.
type AutoCookie = Option<CookieKind>;

/// The table of settings. Programs differ in two defaults: the port, so that all run on one
/// machine, and the mode: one service is meant for production, all in one process for a laptop.
#[must_use]
pub fn table(port: u16, mode: Mode) -> Vec<Arg> {
    let with_default = |arg: Arg| match arg.get_id().as_str() {
        "port" => arg.default_value(port.to_string()),
        "mode" => arg.default_value(mode.to_string()),
        _ => arg,
    };
    settings::table::<ProcessSettings>().into_iter().map(with_default).collect()
}

impl ProcessSettings {
    /// The session cookie.
    #[must_use]
    pub fn cookie(&self) -> CookieKind {
        self.cookie.unwrap_or(match self.mode {
            Mode::Production => CookieKind::Secure,
            Mode::Development => CookieKind::Plain,
        })
    }
}

fn host(text: &str) -> Result<IpAddr, &'static str> {
    let text = if text == "localhost" { "127.0.0.1" } else { text };
    text.parse().map_err(|_| "must be an IP address such as 127.0.0.1 or 0.0.0.0")
}

fn cookie(text: &str) -> Result<AutoCookie, &'static str> {
    match text {
        "secure" => Ok(Some(CookieKind::Secure)),
        "plain" => Ok(Some(CookieKind::Plain)),
        "auto" => Ok(None),
        _ => Err("must be secure, plain or auto"),
    }
}
