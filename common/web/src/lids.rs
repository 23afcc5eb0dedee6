//! What a process takes at the most: of everybody, and from one address, whatever is asked for. A lid over everything, for the day when something
//! floods it; what costs more, such as a sign-in, has a throttle of its own.

use actix_web::dev::ServiceRequest;
use sources::Clock;

use crate::client_address::ClientAddress;
use crate::problem::Problem;
use crate::throttle::{AddressThrottle, Lid, Quota};

/// The limits of a process; none unless set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// Requests of everybody.
    pub requests: Option<Quota>,
    /// Requests from one address; its networks may send some more.
    pub address_requests: Option<Quota>,
    /// Proxies in front of the process whose word on where a request comes from is taken.
    pub trusted_proxies: usize,
}

/// The limits, and what they have let pass.
#[derive(Clone)]
pub struct Lids {
    requests: Lid,
    address_requests: AddressThrottle,
    pub(crate) trusted_proxies: usize,
}

impl Lids {
    /// Lids that have let nothing pass yet.
    #[must_use]
    pub fn new(limits: Limits, clock: &Clock) -> Self {
        let Limits { requests, address_requests, trusted_proxies } = limits;
        Self {
            requests: Lid::new("requests", requests, clock),
            address_requests: AddressThrottle::new("address", address_requests, clock),
            trusted_proxies,
        }
    }

    /// Counts a request. One that its address has too many of is not counted as one of everybody's.
    pub(crate) fn refusal(&self, request: &ServiceRequest) -> Option<Problem> {
        if !is_limited(request.path()) {
            return None;
        }
        let of_address = if self.address_requests.is_off() {
            Ok(())
        } else {
            self.address_requests.check(ClientAddress::of(request.request()))
        };
        of_address.and_then(|()| self.requests.check()).err()
    }
}

/// Whether limits hold for a path. Whoever has to see how a process is when it is flooded asks at those for which they do not; no
/// ingress lets these in.
pub(crate) fn is_limited(path: &str) -> bool {
    !path.starts_with("/health/") && path != "/metrics"
}
