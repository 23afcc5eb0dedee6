//! Rate limits per address and network of requests that hash a password, and per user of exports
//! and erasures.

use std::num::NonZeroU32;

use contract::UserId;
use sources::Clock;
use web::{AddressThrottle, Quota, Throttle};

use crate::Settings;

/// Exports and erasures of one user: each makes every service read its store.
const PERSON_REQUESTS_PER_MINUTE: u32 = 10;

/// Rate limits of one process; each replica counts separately.
#[derive(Clone)]
pub(crate) struct Throttles {
    /// Sign-ins and password changes.
    pub(crate) sign_in: AddressThrottle,
    /// Sign-ups.
    pub(crate) sign_up: AddressThrottle,
    /// Exports and erasures.
    pub(crate) person: Throttle<UserId>,
}

impl Throttles {
    pub(crate) fn new(settings: &Settings, clock: &Clock) -> Self {
        let requests = NonZeroU32::new(PERSON_REQUESTS_PER_MINUTE).map(Quota::per_minute);
        Self {
            sign_in: AddressThrottle::new("sign_in", settings.sign_in_limit, clock),
            sign_up: AddressThrottle::new("sign_up", settings.sign_up_limit, clock),
            person: Throttle::new("person", requests, clock),
        }
    }
}
