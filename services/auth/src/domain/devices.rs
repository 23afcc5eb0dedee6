//! Known devices of an account, and the password guesses with the cookie of each.

use std::time::Duration;

use contract::Timestamp;
use serde::{Deserialize, Serialize};

use super::guesses::wait_left;
use super::refusal::Refusal;

/// Wrong guesses with a device cookie after which the device is untrusted, until the next sign-in
/// on it. The OWASP cheat sheet locks a cookie after such a number; it bounds the guesses with a
/// stolen cookie.
pub const DEVICE_GUESSES_MAX: u32 = 10;

/// Time for which a device is known after its last sign-in: far longer than the longest session.
pub const DEVICE_KEPT: Duration = Duration::from_hours(180 * 24);

/// Maximum number of devices of an account: more than a person has. A further device replaces the
/// least recently used one.
pub const DEVICES_MAX: usize = 20;

/// The devices of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Devices {
    /// Hash of the account's address.
    pub id: String,
    /// The devices, by time of the last sign-in, oldest first.
    pub devices: Vec<KnownDevice>,
    /// When the document is deleted.
    pub forget_after: Timestamp,
}

/// A device on which the owner has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownDevice {
    /// Hash of the cookie and the account's address.
    pub id: String,
    /// Wrong guesses since the last sign-in. A guess in progress counts as wrong.
    pub wrong: u32,
    /// Time of the last guess, or else of the sign-in.
    pub last_at: Timestamp,
    /// When the device becomes unknown.
    pub forget_after: Timestamp,
}

impl Devices {
    /// An account without devices.
    #[must_use]
    pub const fn none(id: String, now: Timestamp) -> Self {
        Self { id, devices: Vec::new(), forget_after: now }
    }

    /// Whether the device is known. It may be untrusted.
    #[must_use]
    pub fn is_known(&self, device: &str) -> bool {
        self.devices.iter().any(|known| known.id == device)
    }

    /// Whether guesses with this cookie have a separate count.
    #[must_use]
    pub fn is_trusted(&self, device: &str, now: Timestamp) -> bool {
        let is_trusted =
            |known: &KnownDevice| known.wrong < DEVICE_GUESSES_MAX && known.forget_after > now;
        self.devices.iter().find(|known| known.id == device).is_some_and(is_trusted)
    }

    /// Counts a guess with the cookie of a trusted device, as wrong until a sign-in. The count does
    /// not expire.
    ///
    /// # Errors
    /// [`Refusal::TooSoon`], with the waits of guesses without a cookie.
    pub fn guess(&self, device: &str, now: Timestamp) -> Result<Self, Refusal> {
        let mut after = self.clone();
        for known in after.devices.iter_mut().filter(|known| known.id == device) {
            let wait = wait_left(known.wrong, known.last_at, now);
            if !wait.is_zero() {
                return Err(Refusal::TooSoon { wait });
            }
            known.wrong = known.wrong.saturating_add(1);
            known.last_at = now;
        }
        Ok(after)
    }

    /// Records a sign-in on this device.
    #[must_use]
    pub fn signed_in(&self, device: String, now: Timestamp) -> Self {
        let mut devices = self.devices.clone();
        devices.retain(|known| known.id != device && known.forget_after > now);
        let too_many = (devices.len() + 1).saturating_sub(DEVICES_MAX);
        devices.drain(..too_many);
        let forget_after = now.plus(DEVICE_KEPT);
        devices.push(KnownDevice { id: device, wrong: 0, last_at: now, forget_after });
        Self { id: self.id.clone(), devices, forget_after }
    }
}
