//! What a process takes at the most, as settings.
//!
//! Limits hold in production unless told otherwise. In development they are off: there tests and benchmarks come from one address, and
//! one user sends thousands of requests.

use std::num::NonZeroU32;

use web::{PrivateNetworks, Quota, RateLimits};

use crate::settings::{Setting, Settings, count};

/// Requests a second in production: some twice what a replica answers on the cores that it is given.
const REQUESTS_PER_SECOND: u32 = 20_000;

/// Requests a second from one address in production: hundreds of people behind one address, or one who is up to something.
const ADDRESS_REQUESTS_PER_SECOND: u32 = 300;

/// The largest limit: more than a machine answers.
pub const LIMIT_MAX: u64 = 1_000_000;

/// Proxies in front at the most: more are a mistake.
const PROXIES_MAX: u64 = 16;

/// The table of settings.
pub static TABLE: &[Setting] = &[
    Setting {
        flag: "request-limit",
        env: "REQUEST_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Requests a second to this process; 0 is no limit, auto 20000 in production, else 0",
    },
    Setting {
        flag: "address-limit",
        env: "ADDRESS_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Requests a second to this process from one address; 0 is no limit, auto 300 in production, else 0",
    },
    Setting {
        flag: "trusted-proxies",
        env: "TRUSTED_PROXIES",
        default: "0",
        value: "COUNT",
        help: "Addresses that the proxies in front add to X-Forwarded-For, the first of which is the client's; 0 ignores the header",
    },
];

/// Takes every value before looking at any, so that all that are invalid are noted.
pub(crate) fn take(settings: &mut Settings) -> Option<RateLimits> {
    let requests = per_second(settings, "request-limit", REQUESTS_PER_SECOND);
    let address_requests = per_second(settings, "address-limit", ADDRESS_REQUESTS_PER_SECOND);
    let proxies = settings.take("trusted-proxies", |text| count(text, 0, PROXIES_MAX));
    let trusted_proxies = usize::try_from(proxies?).unwrap_or(usize::MAX);
    Some(RateLimits { requests: requests?, address_requests: address_requests?, trusted_proxies })
}

/// The value of `auto` in each mode; 0 is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Auto {
    /// In production.
    pub production: u32,
    /// In development.
    pub development: u32,
}

/// A limit of so many a second; `Some(None)` is none. What `auto` is in production is given; in development it is no limit.
pub fn per_second(
    settings: &mut Settings,
    flag: &'static str,
    in_production: u32,
) -> Option<Option<Quota>> {
    let auto = Auto { production: in_production, development: 0 };
    Some(limit(settings, flag, auto, LIMIT_MAX)?.map(Quota::per_second))
}

/// Like [`per_second`], of so many a minute.
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

/// A number up to `most`; `Some(None)` is no limit.
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
