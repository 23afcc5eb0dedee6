//! Rate limits of a process, as settings.
//!
//! By default limits apply in production. In development they are off: tests and benchmarks send
//! all requests from one address, and one user sends thousands.

use std::num::NonZeroU32;

use web::{PrivateNetworks, Quota, RateLimits};

use crate::configuration::settings::{Setting, Settings, count};

/// Requests a second in production: some twice what a replica serves on its cores.
const REQUESTS_PER_SECOND: u32 = 20_000;

/// Requests a second from one address in production: hundreds of people behind one address, or one
/// attacker.
const ADDRESS_REQUESTS_PER_SECOND: u32 = 300;

/// The largest limit: more than a machine serves.
pub const LIMIT_MAX: u64 = 1_000_000;

/// Maximum proxies: a larger number is a mistake.
const PROXIES_MAX: u64 = 16;

/// The table of settings.
pub static TABLE: &[Setting] = &[
    Setting {
        flag: "request-limit",
        env: "REQUEST_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Requests per second to this process; 0: no limit; auto: 20000 in production, otherwise 0",
    },
    Setting {
        flag: "address-limit",
        env: "ADDRESS_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Requests per second to this process from one address; 0: no limit; auto: 300 in production, otherwise 0",
    },
    Setting {
        flag: "trusted-proxies",
        env: "TRUSTED_PROXIES",
        default: "0",
        value: "COUNT",
        help: "Number of trusted proxies, each of which adds an address to X-Forwarded-For; 0 ignores the header",
    },
];

/// Takes every value before checking any, so that all invalid ones are reported.
pub(crate) fn take(settings: &mut Settings) -> Option<RateLimits> {
    let requests = per_second(settings, "request-limit", REQUESTS_PER_SECOND);
    let address_requests = per_second(settings, "address-limit", ADDRESS_REQUESTS_PER_SECOND);
    let proxies = settings.take("trusted-proxies", |text| count(text, 0, PROXIES_MAX));
    let trusted_proxies = usize::try_from(proxies?).unwrap_or(usize::MAX);
    Some(RateLimits { requests: requests?, address_requests: address_requests?, trusted_proxies })
}

/// The value of `auto` in each mode; 0 means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Auto {
    /// In production.
    pub production: u32,
    /// In development.
    pub development: u32,
}

/// A limit per second; `Some(None)` means no limit. `auto` has the given value in production, and
/// means no limit in development.
pub fn per_second(
    settings: &mut Settings,
    flag: &'static str,
    in_production: u32,
) -> Option<Option<Quota>> {
    let auto = Auto { production: in_production, development: 0 };
    Some(limit(settings, flag, auto, LIMIT_MAX)?.map(Quota::per_second))
}

/// Like [`per_second`], per minute.
pub fn per_minute(
    settings: &mut Settings,
    flag: &'static str,
    in_production: u32,
) -> Option<Option<Quota>> {
    let auto = Auto { production: in_production, development: 0 };
    Some(limit(settings, flag, auto, LIMIT_MAX)?.map(Quota::per_minute))
}

/// Private networks are exempt from limits of networks in development.
#[must_use]
pub fn private_networks(settings: &Settings) -> PrivateNetworks {
    if settings.is_in_production() { PrivateNetworks::Counted } else { PrivateNetworks::Exempt }
}

/// A number up to `most`; `Some(None)` means no limit.
pub fn limit(
    settings: &mut Settings,
    flag: &'static str,
    auto: Auto,
    most: u64,
) -> Option<Option<NonZeroU32>> {
    let auto = if settings.is_in_production() { auto.production } else { auto.development };
    let limit = settings.take(flag, |text| match text {
        "auto" => Ok(auto),
        _ => count(text, 0, most)
            .map(|limit| u32::try_from(limit).unwrap_or(u32::MAX))
            .map_err(|rule| format!("{rule}, or auto")),
    });
    limit.map(NonZeroU32::new)
}
