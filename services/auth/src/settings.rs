//! Settings of auth.

use std::time::Duration;

use ::service::limits;
use ::service::settings::{Setting, Settings as SettingValues, duration};
use contract::session::TOKEN_LIFETIME_MAX;
use web::Quota;

use crate::credentials::hashing::{Cost, HashThreads};
use crate::domain::Lifetimes;

/// The table of settings.
pub static TABLE: &[Setting] = &[
    Setting {
        flag: "token-lifetime",
        env: "TOKEN_LIFETIME",
        default: "15m",
        value: "TIME",
        help: "Lifetime of a session token, at most 1h",
    },
    Setting {
        flag: "session-idle-max",
        env: "SESSION_IDLE_MAX",
        default: "24h",
        value: "TIME",
        help: "Lifetime of a session without renewal",
    },
    Setting {
        flag: "session-max",
        env: "SESSION_MAX",
        default: "720h",
        value: "TIME",
        help: "Maximum lifetime of a session",
    },
    Setting {
        flag: "sign-in-limit",
        env: "SIGN_IN_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Sign-ins and password changes per minute and address; 0 is no limit, auto is 60 in production, else 0",
    },
    Setting {
        flag: "sign-up-limit",
        env: "SIGN_UP_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Sign-ups per minute and address; 0 is no limit, auto is 30 in production, else 0",
    },
];

/// Sign-ins per minute and address in production: enough for an office at the start of an on-sale.
const SIGN_INS_PER_MINUTE: u32 = 60;

/// Sign-ups per minute and address in production.
const SIGN_UPS_PER_MINUTE: u32 = 30;

/// Settings of auth.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Lifetimes of sessions.
    pub lifetimes: Lifetimes,
    /// Rate limit of sign-ins and password changes, per address.
    pub sign_in_limit: Option<Quota>,
    /// Rate limit of sign-ups, per address.
    pub sign_up_limit: Option<Quota>,
    /// Cost of password hashing.
    pub hashing: Cost,
    /// Threads that hash passwords.
    pub hashed: HashThreads,
}

impl Default for Settings {
    fn default() -> Self {
        let lifetimes = Lifetimes {
            token: Duration::from_mins(15),
            idle: Duration::from_hours(24),
            absolute: Duration::from_hours(720),
        };
        let (hashing, hashed) = (Cost::OWASP, HashThreads::Separate);
        Self { lifetimes, sign_in_limit: None, sign_up_limit: None, hashing, hashed }
    }
}

/// Reads all values before it checks relations, so that every invalid value is reported.
pub fn take(settings: &mut SettingValues) -> Option<Settings> {
    let token = settings.take("token-lifetime", token_lifetime);
    let idle = settings.take("session-idle-max", duration);
    let absolute = settings.take("session-max", duration);
    let sign_in_limit = limits::per_minute(settings, "sign-in-limit", SIGN_INS_PER_MINUTE);
    let sign_up_limit = limits::per_minute(settings, "sign-up-limit", SIGN_UPS_PER_MINUTE);
    let (token, idle, absolute) = (token?, idle?, absolute?);
    if idle < token {
        settings.refuse("session-idle-max", "must not be shorter than the token lifetime");
    }
    if absolute < idle {
        settings.refuse("session-max", "must not be shorter than the session's idle time");
    }
    Some(Settings {
        lifetimes: Lifetimes { token, idle, absolute },
        sign_in_limit: sign_in_limit?,
        sign_up_limit: sign_up_limit?,
        ..Settings::default()
    })
}

/// From one second, the resolution of a token's times, to the time for which revocations are kept.
fn token_lifetime(text: &str) -> Result<Duration, &'static str> {
    let rule = "must be a time from 1s to 1h";
    let is_allowed = |time: &Duration| (Duration::from_secs(1)..=TOKEN_LIFETIME_MAX).contains(time);
    duration(text).ok().filter(is_allowed).ok_or(rule)
}
