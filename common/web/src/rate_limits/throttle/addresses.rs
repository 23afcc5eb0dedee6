//! A rate limit for a client's address and the networks around it: one customer often has an IPv6
//! /56 or /48, with 256 or 65,536 networks of the size that counts as one address.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::Quota;
use sources::Clock;

use super::Throttle;
use crate::rate_limits::client_address::{ClientAddress, prefix};
use crate::responses::problem::Problem;

/// Length of a prefix that is counted as a whole, and its multiple of an address's limit.
struct PrefixLevel {
    /// Bits of an IPv4 prefix; none where IPv4 has no such level.
    ipv4_bits: Option<u32>,
    ipv6_bits: u32,
    factor: NonZeroU32,
}

/// The levels, the narrowest first: an IPv4 address or an IPv6 /64 (a network behind one router); a
/// /56 (a household, RFC 6177); an IPv4 /24 or an IPv6 /48 (a site). Each has twice the limit of
/// the one before: a customer with a /48 has four times that of one address, not 65,536 times.
const WIDTHS: [PrefixLevel; 3] = [
    PrefixLevel { ipv4_bits: Some(32), ipv6_bits: 64, factor: times(1) },
    PrefixLevel { ipv4_bits: None, ipv6_bits: 56, factor: times(2) },
    PrefixLevel { ipv4_bits: Some(24), ipv6_bits: 48, factor: times(4) },
];

const fn times(factor: u32) -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(factor - 1)
}

impl PrefixLevel {
    fn of(&self, address: ClientAddress) -> Option<IpAddr> {
        let address = address.address();
        if address.is_ipv6() {
            return Some(prefix(address, u32::BITS, self.ipv6_bits));
        }
        self.ipv4_bits.map(|bits| prefix(address, bits, self.ipv6_bits))
    }

    /// The quota of an address times the factor: both the burst and the rate.
    fn quota(&self, address: Quota) -> Quota {
        let interval = address.replenish_interval() / self.factor.get();
        let burst = address.burst_size().saturating_mul(self.factor);
        Quota::with_period(interval).unwrap_or(address).allow_burst(burst)
    }
}

/// A rate limit for each address, and a higher one for each of its networks. Clones count together.
#[derive(Clone)]
pub struct AddressThrottle {
    levels: Arc<[Throttle<IpAddr>]>,
}

impl AddressThrottle {
    /// A throttle with the metric label `limit` and the quota of one address; unlimited without it.
    #[must_use]
    pub fn new(limit: &'static str, quota: Option<Quota>, clock: &Clock) -> Self {
        let levels = quota.iter().flat_map(|quota| {
            WIDTHS.iter().map(|width| Throttle::new(limit, Some(width.quota(*quota)), clock))
        });
        Self { levels: levels.collect() }
    }

    /// Whether there is no limit.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.levels.is_empty()
    }

    /// Takes one unit of the quota of this address and of each of its networks.
    ///
    /// # Errors
    /// 429 `too_many_requests` when a quota is used up; a rejected request takes nothing.
    pub fn check(&self, address: ClientAddress) -> Result<(), Problem> {
        let keys = || {
            let levels = self.levels.iter().zip(&WIDTHS);
            levels.filter_map(|(throttle, width)| Some((throttle, width.of(address)?)))
        };
        for (passed, (throttle, key)) in keys().enumerate() {
            if let Err(problem) = throttle.check(&key) {
                for (narrower, key) in keys().take(passed) {
                    narrower.give_back(&key);
                }
                return Err(problem);
            }
        }
        Ok(())
    }
}
