//! Every setting of the marketplace.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use service::settings::{Setting, SettingErrors, Settings, duration, port};
use service::telemetry::{LogFormat, log_filter};
use tracing_subscriber::EnvFilter;
use web::session::CookieKind;

/// Shortest order window: less could not be paid by anybody.
const ORDER_WINDOW_MIN: Duration = Duration::from_secs(1);

/// Longest order window: a hold is no reservation for the season.
const ORDER_WINDOW_MAX: Duration = Duration::from_hours(24);

/// The table of settings.
pub static TABLE: &[Setting] = &[
    Setting {
        flag: "port",
        env: "PORT",
        default: "3000",
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
        flag: "data-dir",
        env: "DATA_DIR",
        default: "./data",
        value: "DIR",
        help: "Directory for stores, bus and session key",
    },
    Setting {
        flag: "order-window",
        env: "ORDER_WINDOW",
        default: "60s",
        value: "TIME",
        help: "Time to pay an order",
    },
    Setting {
        flag: "payment-extension",
        env: "PAYMENT_EXTENSION",
        default: "15s",
        value: "TIME",
        help: "Time that starting a payment leaves at least, once an order",
    },
    Setting {
        flag: "session-lifetime",
        env: "SESSION_LIFETIME",
        default: "24h",
        value: "TIME",
        help: "How long a session lasts",
    },
    Setting {
        flag: "cookie",
        env: "COOKIE",
        default: "plain",
        value: "KIND",
        help: "Session cookie: secure (https only) or plain (http)",
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
];

/// The settings, checked.
#[derive(Debug)]
pub struct MarketplaceSettings {
    /// Port to listen on.
    pub port: u16,
    /// Address to listen on.
    pub host: IpAddr,
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// What orders can be set.
    pub orders: orders::Settings,
    /// What auth can be set.
    pub auth: auth::Settings,
    /// Which cookie carries the session.
    pub cookie: CookieKind,
    /// Threads that answer requests.
    pub workers: usize,
    /// What is logged.
    pub log: EnvFilter,
    /// How it is logged.
    pub log_format: LogFormat,
}

impl MarketplaceSettings {
    /// Checks everything.
    ///
    /// # Errors
    /// [`SettingErrors`] with a line for each invalid value.
    pub fn check(mut settings: Settings) -> Result<Self, SettingErrors> {
        let checked = Self::take(&mut settings);
        settings.finish()?;
        checked.ok_or_else(|| SettingErrors(vec!["a setting is not declared".to_owned()]))
    }

    /// Takes every value before looking at any, so that all that are invalid are noted.
    fn take(settings: &mut Settings) -> Option<Self> {
        let port = settings.take("port", port);
        let host = settings.take("host", |text| {
            let text = if text == "localhost" { "127.0.0.1" } else { text };
            text.parse().map_err(|_| "must be an IP address such as 127.0.0.1 or 0.0.0.0")
        });
        let data_dir = settings.take("data-dir", |text| {
            if text.is_empty() { Err("must be a directory") } else { Ok(PathBuf::from(text)) }
        });
        let order_window = settings.take("order-window", order_window);
        let payment_extension = settings.take("payment-extension", duration);
        let session_lifetime = settings.take("session-lifetime", duration);
        let cookie = settings.take("cookie", |text| match text {
            "secure" => Ok(CookieKind::Secure),
            "plain" => Ok(CookieKind::Plain),
            _ => Err("must be secure or plain"),
        });
        let workers = settings.take("workers", |text| {
            let count = text.parse().ok().filter(|count| *count <= 1_024_usize);
            count.ok_or("must be a whole number from 0 to 1024")
        });
        let log = settings.take("log", log_filter);
        let log_format = settings.take("log-format", str::parse);
        Some(Self {
            port: port?,
            host: host?,
            data_dir: data_dir?,
            orders: orders::Settings {
                order_window: order_window?,
                payment_extension: payment_extension?,
            },
            auth: auth::Settings {
                session_lifetime: session_lifetime?,
                hashing: auth::hashing::Cost::OWASP,
            },
            cookie: cookie?,
            workers: workers?,
            log: log?,
            log_format: log_format?,
        })
    }
}

fn order_window(text: &str) -> Result<Duration, &'static str> {
    let window = duration(text)?;
    if (ORDER_WINDOW_MIN..=ORDER_WINDOW_MAX).contains(&window) {
        Ok(window)
    } else {
        Err("must be a time from 1s to 24h")
    }
}
