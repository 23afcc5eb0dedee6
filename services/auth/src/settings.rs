//! Settings of auth.

use std::time::Duration;

use ::service::limits::{LIMIT_MAX, Limit, limit};
use ::service::settings::{Settings as SettingValues, duration};
use ::service::switch::{Switch, switch};
use clap::Args;
use contract::session::TOKEN_LIFETIME_MAX;
use web::Quota;

use crate::credentials::hashing::{Cost, HashThreads};
use crate::domain::{AdministratorFactor, Lifetimes, Trading};

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
    /// Rate limit of sign-ups and of requests of mailed links, per address.
    pub sign_up_limit: Option<Quota>,
    /// Cost of password hashing.
    pub hashing: Cost,
    /// The accounts that may trade.
    pub trading: Trading,
    /// Threads that hash passwords.
    pub hashed: HashThreads,
    /// Condition of an administrator's rights.
    pub administrator_factor: AdministratorFactor,
}

impl Default for Settings {
    fn default() -> Self {
        let lifetimes = Lifetimes {
            token: Duration::from_mins(15),
            idle: Duration::from_hours(24),
            absolute: Duration::from_hours(720),
        };
        let (hashing, hashed) = (Cost::OWASP, HashThreads::Separate);
        Self {
            lifetimes,
            sign_in_limit: None,
            sign_up_limit: None,
            hashing,
            trading: Trading::Everyone,
            hashed,
            administrator_factor: AdministratorFactor::Optional,
        }
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
    /// Sign-ups and requests of mailed links per minute and address; 0 is no limit, auto is 30 in
    /// production, else 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT", value_parser = limit(LIMIT_MAX))]
    sign_up_limit: Limit,
    /// Whether only accounts with a verified e-mail address may offer tickets and place orders: on,
    /// off, or auto (on in production). A sign-up then begins with a mailed link.
    #[arg(long, env, default_value = "auto", value_name = "SWITCH", value_parser = switch)]
    verified_to_trade: Switch,
    /// Whether administrators have their rights only with a second factor: on, off, or auto (on in
    /// production).
    #[arg(long, env, default_value = "auto", value_name = "SWITCH", value_parser = switch)]
    admin_second_factor: Switch,
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
    let administrator_factor = if given.admin_second_factor.in_mode(settings.mode()) {
        AdministratorFactor::Required
    } else {
        AdministratorFactor::Optional
    };
    let trading = if given.verified_to_trade.in_mode(settings.mode()) {
        Trading::Verified
    } else {
        Trading::Everyone
    };
    Some(Settings {
        lifetimes: Lifetimes { token, idle, absolute },
        sign_in_limit: given.sign_in_limit.per_minute(settings.mode(), SIGN_INS_PER_MINUTE),
        sign_up_limit: given.sign_up_limit.per_minute(settings.mode(), SIGN_UPS_PER_MINUTE),
        trading,
        administrator_factor,
        ..Settings::default()
    })
}

/// From one second, the resolution of a token's times, to the time for which revocations are kept.
fn token_lifetime(text: &str) -> Result<Duration, &'static str> {
    let rule = "must be a time from 1s to 1h";
    let is_allowed = |time: &Duration| (Duration::from_secs(1)..=TOKEN_LIFETIME_MAX).contains(time);
    duration(text).ok().filter(is_allowed).ok_or(rule)
}
