//! Rate limits of an address and its networks on requests that hash a password.

use std::num::NonZeroU32;

use contract::UserId;
use sources::Clock;
use web::{AddressThrottle, Quota, Throttle};

use crate::Settings;

/// Exports of one user: each makes every service read.
const EXPORTS_PER_MINUTE: u32 = 10;

/// The throttles of one process; each replica counts for itself.
#[derive(Clone)]
pub(crate) struct Throttles {
    /// Sign-ins and changes of passwords.
    pub(crate) sign_in: AddressThrottle,
    /// Sign-ups.
    pub(crate) sign_up: AddressThrottle,
    /// Exports.
    pub(crate) export: Throttle<UserId>,
}

impl Throttles {
    pub(crate) fn new(settings: &Settings, clock: &Clock) -> Self {
        let exports = NonZeroU32::new(EXPORTS_PER_MINUTE).map(Quota::per_minute);
        Self {
            sign_in: AddressThrottle::new("sign_in", settings.sign_in_limit, clock),
            sign_up: AddressThrottle::new("sign_up", settings.sign_up_limit, clock),
            export: Throttle::new("export", exports, clock),
        }
    }
}
