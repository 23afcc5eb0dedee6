//! What somebody signs in on, in its own words.

use serde::{Deserialize, Serialize};

/// Characters kept of what a browser calls itself: the longest of them have some 180.
const CHARACTERS_MAX: usize = 200;

/// What a browser or program calls itself (`User-Agent`): printable, bounded, believed by nobody. Shown to the account's owner only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device(String);

impl Device {
    /// The device with this `User-Agent`.
    #[must_use]
    pub fn of(user_agent: &str) -> Self {
        let printable = user_agent.chars().filter(|c| c.is_ascii_graphic() || *c == ' ');
        Self(printable.take(CHARACTERS_MAX).collect::<String>().trim().to_owned())
    }

    /// The text; empty where it said nothing.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
