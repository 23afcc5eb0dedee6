//! Rate limits of a process and per client, before routing. Costly routes have their own as well.

use actix_web::dev::ServiceRequest;
use sources::Clock;

use crate::rate_limits::throttle::{AddressThrottle, GlobalThrottle, Quota};
use crate::{ClientAddress, Problem};

/// Rate limits of a process; unlimited by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct RateLimits {
    /// Requests of all clients together.
    pub requests: Option<Quota>,
    /// Requests from one address; the networks around it have a multiple.
    pub address_requests: Option<Quota>,
    /// Number of trusted proxies in front of the process, which report the client's address.
    pub trusted_proxies: usize,
}

/// The rate limits of a process and their current state.
#[derive(Clone)]
pub struct RateLimiter {
    requests: GlobalThrottle,
    address_requests: AddressThrottle,
    pub(crate) trusted_proxies: usize,
}

impl RateLimiter {
    /// A limiter with full quotas.
    #[must_use]
    pub fn new(limits: RateLimits, clock: &Clock) -> Self {
        let RateLimits { requests, address_requests, trusted_proxies } = limits;
        Self {
            requests: GlobalThrottle::new("requests", requests, clock),
            address_requests: AddressThrottle::new("address", address_requests, clock),
            trusted_proxies,
        }
    }

    /// Counts a request. One over its address's limit does not count against the process's.
    pub(crate) fn refusal(&self, request: &ServiceRequest) -> Option<Problem> {
        if !is_limited(request.path()) {
            return None;
        }
        let of_address = if self.address_requests.is_off() {
            Ok(())
        } else {
            let peer = request.peer_addr().map(|peer| peer.ip());
            let client = ClientAddress::read(request.headers(), peer, self.trusted_proxies);
            self.address_requests.check(client)
        };
        of_address.and_then(|()| self.requests.check()).err()
    }
}

/// Whether limits apply to a path. Health and metrics, which no ingress exposes, stay readable.
pub(crate) fn is_limited(path: &str) -> bool {
    !path.starts_with("/health/") && path != "/metrics"
}
