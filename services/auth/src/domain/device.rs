//! Name of the browser or program of a sign-in.

use serde::{Deserialize, Serialize};

/// Maximum length of a stored `User-Agent`; those of browsers have up to some 180 characters.
const CHARACTERS_MAX: usize = 200;

/// `User-Agent` of a browser or program: printable, bounded and unverified. Shown to the account's
/// owner only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device(String);

impl Device {
    /// The device with this `User-Agent`.
    #[must_use]
    pub fn of(user_agent: &str) -> Self {
        let printable = user_agent.chars().filter(|c| c.is_ascii_graphic() || *c == ' ');
        Self(printable.take(CHARACTERS_MAX).collect::<String>().trim().to_owned())
    }

    /// The text; empty without a `User-Agent`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
