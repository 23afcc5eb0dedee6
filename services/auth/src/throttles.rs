//! What an address may ask for in a time: whatever hashes a password.

use sources::Clock;
use web::{ClientAddress, Throttle};

use crate::Settings;

/// The throttles of one process; each replica counts for itself.
#[derive(Clone)]
pub(crate) struct Throttles {
    /// Sign-ins and changes of passwords.
    pub(crate) sign_in: Throttle<ClientAddress>,
    /// Sign-ups.
    pub(crate) sign_up: Throttle<ClientAddress>,
}

impl Throttles {
    pub(crate) fn new(settings: &Settings, clock: &Clock) -> Self {
        Self {
            sign_in: Throttle::new("sign_in", settings.sign_in_limit, clock),
            sign_up: Throttle::new("sign_up", settings.sign_up_limit, clock),
        }
    }
}
