//! What auth can be set.

use std::time::Duration;

use ::service::settings::{Setting, Settings as Given, duration};

use crate::hashing::{Cost, Workplace};

/// The table of settings.
pub static TABLE: &[Setting] = &[Setting {
    flag: "session-lifetime",
    env: "SESSION_LIFETIME",
    default: "24h",
    value: "TIME",
    help: "How long a session lasts",
}];

/// What can be set.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long a session lasts.
    pub session_lifetime: Duration,
    /// How passwords are hashed.
    pub hashing: Cost,
    /// Where passwords are hashed.
    pub hashed: Workplace,
}

impl Default for Settings {
    fn default() -> Self {
        let (hashing, hashed) = (Cost::OWASP, Workplace::OwnThreads);
        Self { session_lifetime: Duration::from_hours(24), hashing, hashed }
    }
}

/// Takes every value before looking at any, so that all that are invalid are noted.
pub fn take(settings: &mut Given) -> Option<Settings> {
    let session_lifetime = settings.take("session-lifetime", duration);
    Some(Settings { session_lifetime: session_lifetime?, ..Settings::default() })
}
