//! Rate limits of a process, as settings.
//!
//! Off in development by default: tests and benchmarks send all requests from one address or user.

use std::num::NonZeroU32;

use clap::Args;
use web::{PrivateNetworks, Quota, RateLimits};

use crate::configuration::settings::{Mode, count};

/// Requests a second in production: some twice what a replica serves on its cores.
const REQUESTS_PER_SECOND: u32 = 20_000;

/// Requests a second from one address in production: hundreds of people, or one attacker.
const ADDRESS_REQUESTS_PER_SECOND: u32 = 300;

/// The largest limit: more than a machine serves.
pub const LIMIT_MAX: u64 = 1_000_000;

/// Maximum proxies: a larger number is a mistake.
const PROXIES_MAX: u64 = 16;

/// Rate limits of a process.
#[derive(Debug, Clone, Copy, Args)]
pub struct LimitSettings {
    /// Requests per second to this process; 0: no limit; auto: 20000 in production, otherwise 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT", value_parser = limit(LIMIT_MAX))]
    request_limit: Limit,
    /// Requests per second to this process from one address; 0: no limit; auto: 300 in production,
    /// otherwise 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT", value_parser = limit(LIMIT_MAX))]
    address_limit: Limit,
    /// Number of trusted proxies, each of which adds an address to X-Forwarded-For; 0 ignores the
    /// header.
    #[arg(long, env, default_value = "0", value_name = "COUNT")]
    #[arg(value_parser = count::<usize>(0, PROXIES_MAX))]
    trusted_proxies: usize,
}

/// Search steps per minute and address in production: one search a second over 5,000 documents.
const SEARCH_STEPS_PER_MINUTE: u32 = 600;

/// Rate limit of the searches of a service.
#[derive(Debug, Clone, Copy, Args)]
pub struct SearchSettings {
    /// Search steps per minute and address, each over 500 documents; 0 is no limit, auto is 600 in
    /// production, else 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT", value_parser = limit(LIMIT_MAX))]
    search_limit: Limit,
}

impl SearchSettings {
    /// The limit in a mode.
    #[must_use]
    pub fn quota(self, mode: Mode) -> Option<Quota> {
        self.search_limit.per_minute(mode, SEARCH_STEPS_PER_MINUTE)
    }
}

impl LimitSettings {
    /// The limits in a mode.
    #[must_use]
    pub fn rates(self, mode: Mode) -> RateLimits {
        RateLimits {
            requests: self.request_limit.per_second(mode, REQUESTS_PER_SECOND),
            address_requests: self.address_limit.per_second(mode, ADDRESS_REQUESTS_PER_SECOND),
            trusted_proxies: self.trusted_proxies,
        }
    }
}

/// The value of `auto` in each mode; 0 means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Auto {
    /// In production.
    pub production: u32,
    /// In development.
    pub development: u32,
}

/// A limit: a number, of which 0 means no limit; or `auto`, the number of the mode.
#[derive(Debug, Clone, Copy)]
pub struct Limit(Option<u32>);

impl Limit {
    /// The limit in a mode.
    #[must_use]
    pub fn in_mode(self, mode: Mode, auto: Auto) -> Option<NonZeroU32> {
        NonZeroU32::new(self.0.unwrap_or(match mode {
            Mode::Production => auto.production,
            Mode::Development => auto.development,
        }))
    }

    fn per_second(self, mode: Mode, in_production: u32) -> Option<Quota> {
        let auto = Auto { production: in_production, development: 0 };
        self.in_mode(mode, auto).map(Quota::per_second)
    }

    /// A limit per minute; `auto` means no limit in development.
    #[must_use]
    pub fn per_minute(self, mode: Mode, in_production: u32) -> Option<Quota> {
        let auto = Auto { production: in_production, development: 0 };
        self.in_mode(mode, auto).map(Quota::per_minute)
    }
}

/// Parses a limit up to `most`.
pub fn limit(most: u64) -> impl Fn(&str) -> Result<Limit, String> + Clone + Send + Sync + 'static {
    move |text| match text {
        "auto" => Ok(Limit(None)),
        _ => count(0, most)(text)
            .map(|limit| Limit(Some(limit)))
            .map_err(|rule| format!("{rule}, or auto")),
    }
}

/// Private networks are exempt from limits of networks in development.
#[must_use]
pub fn private_networks(mode: Mode) -> PrivateNetworks {
    match mode {
        Mode::Production => PrivateNetworks::Counted,
        Mode::Development => PrivateNetworks::Exempt,
    }
}
