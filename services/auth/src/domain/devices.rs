//! The devices on which the owner of an account has signed in, and the guesses that were made with the cookie of each.

use std::time::Duration;

use contract::Timestamp;
use serde::{Deserialize, Serialize};

use super::guesses::wait_left;
use super::refusal::Refusal;

/// Wrong guesses with the cookie of a device after which it counts as a stranger's, until the next sign-in on it. The OWASP cheat
/// sheet locks a cookie out after such a number; a thief of a cookie has no more guesses than these.
pub const DEVICE_GUESSES_MAX: u32 = 10;

/// Time after the last sign-in on a device for which it is known: longer than the longest session by far.
pub const DEVICE_KEPT: Duration = Duration::from_hours(180 * 24);

/// Devices of an account: more than a person has. A further one takes the place of the one that was used least recently.
pub const DEVICES_MAX: usize = 20;

/// The devices of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Devices {
    /// The account, as a hash.
    pub id: String,
    /// The devices, the one with the oldest sign-in first.
    pub devices: Vec<KnownDevice>,
    /// When the document is deleted.
    pub forget_after: Timestamp,
}

/// A device on which the owner has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownDevice {
    /// A hash of its cookie and of the account.
    pub id: String,
    /// Wrong guesses since the last sign-in. One that is under way counts as wrong.
    pub wrong: u32,
    /// When the last guess was made, or else the sign-in.
    pub last_at: Timestamp,
    /// When the device is forgotten.
    pub forget_after: Timestamp,
}

impl Devices {
    /// No devices so far.
    #[must_use]
    pub const fn none(id: String, now: Timestamp) -> Self {
        Self { id, devices: Vec::new(), forget_after: now }
    }

    /// Whether the owner has signed in with this cookie, which may have become untrusted since.
    #[must_use]
    pub fn is_known(&self, device: &str) -> bool {
        self.devices.iter().any(|known| known.id == device)
    }

    /// Whether guesses with this cookie are counted apart.
    #[must_use]
    pub fn is_trusted(&self, device: &str, now: Timestamp) -> bool {
        let is_trusted =
            |known: &KnownDevice| known.wrong < DEVICE_GUESSES_MAX && known.forget_after > now;
        self.devices.iter().find(|known| known.id == device).is_some_and(is_trusted)
    }

    /// One more guess with the cookie of a trusted device, counted as wrong until it is known to be right. Time does not forget it.
    ///
    /// # Errors
    /// [`Refusal::TooSoon`], by the waits of guesses that have no cookie.
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

    /// The owner has signed in on this device.
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
