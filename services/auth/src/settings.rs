//! What auth can be set.

use std::time::Duration;

use ::service::limits;
use ::service::settings::{Setting, Settings as Given, duration};
use contract::session::TOKEN_LIFETIME_MAX;
use web::Quota;

use crate::domain::Lifetimes;
use crate::hashing::{Cost, Workplace};

/// The table of settings.
pub static TABLE: &[Setting] = &[
    Setting {
        flag: "token-lifetime",
        env: "TOKEN_LIFETIME",
        default: "15m",
        value: "TIME",
        help: "How long a session's token is good before it is renewed, an hour at the most",
    },
    Setting {
        flag: "session-idle-max",
        env: "SESSION_IDLE_MAX",
        default: "24h",
        value: "TIME",
        help: "How long a session lasts that nobody renews",
    },
    Setting {
        flag: "session-max",
        env: "SESSION_MAX",
        default: "720h",
        value: "TIME",
        help: "How long a session lasts however often it is renewed",
    },
    Setting {
        flag: "sign-in-limit",
        env: "SIGN_IN_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Sign-ins and changes of passwords a minute from one address; 0 is no limit, auto 60 in production, else 0",
    },
    Setting {
        flag: "sign-up-limit",
        env: "SIGN_UP_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Sign-ups a minute from one address; 0 is no limit, auto 30 in production, else 0",
    },
];

/// Sign-ins a minute from one address in production: an office at the start of an on-sale.
const SIGN_INS_PER_MINUTE: u32 = 60;

/// Sign-ups a minute from one address in production.
const SIGN_UPS_PER_MINUTE: u32 = 30;

/// What can be set.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long sessions last.
    pub lifetimes: Lifetimes,
    /// Sign-ins and changes of passwords from one address.
    pub sign_in_limit: Option<Quota>,
    /// Sign-ups from one address.
    pub sign_up_limit: Option<Quota>,
    /// How passwords are hashed.
    pub hashing: Cost,
    /// Where passwords are hashed.
    pub hashed: Workplace,
}

impl Default for Settings {
    fn default() -> Self {
        let lifetimes = Lifetimes {
            token: Duration::from_mins(15),
            idle: Duration::from_hours(24),
            absolute: Duration::from_hours(720),
        };
        let (hashing, hashed) = (Cost::OWASP, Workplace::OwnThreads);
        Self { lifetimes, sign_in_limit: None, sign_up_limit: None, hashing, hashed }
    }
}

/// Takes every value before looking at any, so that all that are invalid are noted.
pub fn take(settings: &mut Given) -> Option<Settings> {
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

/// A token's times are in seconds, and revocations are kept for so long and no longer.
fn token_lifetime(text: &str) -> Result<Duration, &'static str> {
    let rule = "must be a time from 1s to 1h";
    let is_allowed = |time: &Duration| (Duration::from_secs(1)..=TOKEN_LIFETIME_MAX).contains(time);
    duration(text).ok().filter(is_allowed).ok_or(rule)
}
