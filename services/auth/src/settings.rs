//! Settings of auth.

use std::time::Duration;

use ::service::limits::{LIMIT_MAX, Limit, limit};
use ::service::settings::{Settings as SettingValues, duration};
use clap::Args;
use contract::session::TOKEN_LIFETIME_MAX;
use web::Quota;

use crate::credentials::hashing::{Cost, HashThreads};
use crate::domain::Lifetimes;

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

/// Settings of auth, as they are declared.
#[derive(Args)]
pub struct Arguments {
    /// Lifetime of a session token, at most 1h.
    #[arg(long, env, default_value = "15m", value_name = "TIME", value_parser = token_lifetime)]
    token_lifetime: Duration,
    /// Lifetime of a session without renewal.
    #[arg(long, env, default_value = "24h", value_name = "TIME", value_parser = duration)]
    session_idle_max: Duration,
    /// Maximum lifetime of a session.
    #[arg(long, env, default_value = "720h", value_name = "TIME", value_parser = duration)]
    session_max: Duration,
    /// Sign-ins and password changes per minute and address; 0 is no limit, auto is 60 in
    /// production, else 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT", value_parser = limit(LIMIT_MAX))]
    sign_in_limit: Limit,
    /// Sign-ups per minute and address; 0 is no limit, auto is 30 in production, else 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT", value_parser = limit(LIMIT_MAX))]
    sign_up_limit: Limit,
}

/// The settings, whose relations are checked.
pub fn take(settings: &mut SettingValues) -> Option<Settings> {
    let given: Arguments = settings.get()?;
    let (token, idle, absolute) = (given.token_lifetime, given.session_idle_max, given.session_max);
    if idle < token {
        let flags = ["session-idle-max", "token-lifetime"];
        settings.refuse(&flags, "must not be shorter than the token lifetime");
    }
    if absolute < idle {
        let flags = ["session-max", "session-idle-max"];
        settings.refuse(&flags, "must not be shorter than the session's idle time");
    }
    Some(Settings {
        lifetimes: Lifetimes { token, idle, absolute },
        sign_in_limit: given.sign_in_limit.per_minute(settings.mode(), SIGN_INS_PER_MINUTE),
        sign_up_limit: given.sign_up_limit.per_minute(settings.mode(), SIGN_UPS_PER_MINUTE),
        ..Settings::default()
    })
}

/// From one second, the resolution of a token's times, to the time for which revocations are kept.
fn token_lifetime(text: &str) -> Result<Duration, &'static str> {
    let rule = "must be a time from 1s to 1h";
    let is_allowed = |time: &Duration| (Duration::from_secs(1)..=TOKEN_LIFETIME_MAX).contains(time);
    duration(text).ok().filter(is_allowed).ok_or(rule)
}
