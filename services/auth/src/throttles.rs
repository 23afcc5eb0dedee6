//! What an address may ask for in a time: whatever hashes a password.

use std::num::NonZeroU32;

use contract::UserId;
use sources::Clock;
use web::{ClientAddress, Quota, Throttle};

use crate::Settings;

/// Exports of one user: each makes every service read.
const EXPORTS_PER_MINUTE: u32 = 10;

/// The throttles of one process; each replica counts for itself.
#[derive(Clone)]
pub(crate) struct Throttles {
    /// Sign-ins and changes of passwords.
    pub(crate) sign_in: Throttle<ClientAddress>,
    /// Sign-ups.
    pub(crate) sign_up: Throttle<ClientAddress>,
    /// Exports.
    pub(crate) export: Throttle<UserId>,
}

impl Throttles {
    pub(crate) fn new(settings: &Settings, clock: &Clock) -> Self {
        let exports = NonZeroU32::new(EXPORTS_PER_MINUTE).map(Quota::per_minute);
        Self {
            sign_in: Throttle::new("sign_in", settings.sign_in_limit, clock),
            sign_up: Throttle::new("sign_up", settings.sign_up_limit, clock),
            export: Throttle::new("export", exports, clock),
        }
    }
}
