//! The device that shows the code of an admission: its key, and the commands that bind and unbind it.

use admission_codes::{DeviceKey, NotADeviceKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::Decided;
use contract::admission::{AdmissionState, AdmissionStatus};
use serde::{Deserialize, Serialize};

use super::admission::Admission;
use super::refusal::Refusal;

/// Highest credential version that binding a device reaches. The rest of the 65,535 is for unbinding
/// and for new holders: no number of devices takes the transfer of an admission away.
pub const BOUND_VERSION_MAX: u16 = 60_000;

/// The public half of a key that a device made: an Ed25519 point in URL-safe base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(DeviceKey);

/// The rule of a public key; it follows the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAPublicKey {
    /// Other text, or not the one encoding of a point of the curve.
    #[error("must be an Ed25519 public key: 32 bytes in URL-safe base64")]
    Malformed,
    /// A signature can be made without the private half.
    #[error("must not be a weak key")]
    Weak,
}

impl PublicKey {
    /// The key, as codes contain it.
    #[must_use]
    pub const fn get(self) -> DeviceKey {
        self.0
    }
}

impl TryFrom<String> for PublicKey {
    type Error = NotAPublicKey;

    fn try_from(text: String) -> Result<Self, NotAPublicKey> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAPublicKey::Malformed)?;
        match DeviceKey::try_from(bytes.as_slice()) {
            Ok(key) => Ok(Self(key)),
            Err(NotADeviceKey::Malformed) => Err(NotAPublicKey::Malformed),
            Err(NotADeviceKey::Weak) => Err(NotAPublicKey::Weak),
        }
    }
}

impl From<PublicKey> for String {
    fn from(PublicKey(key): PublicKey) -> Self {
        URL_SAFE_NO_PAD.encode(key.to_bytes())
    }
}

impl Admission {
    /// Binds it to the key of a device. Earlier codes are superseded.
    ///
    /// # Errors
    /// [`Refusal::NotValid`], [`Refusal::TooManyDevices`].
    pub fn bind(&self, key: PublicKey) -> Result<Decided<Self>, Refusal> {
        self.check_valid()?;
        if self.device == Some(key) {
            return Ok(Decided::AlreadyApplied);
        }
        if self.state.credential_version >= BOUND_VERSION_MAX {
            return Err(Refusal::TooManyDevices);
        }
        self.shown_by(Some(key))
    }

    /// Returns it to the static code. Codes of the device are superseded.
    ///
    /// # Errors
    /// [`Refusal::NotValid`], [`Refusal::TooManyDevices`].
    pub fn unbind(&self) -> Result<Decided<Self>, Refusal> {
        self.check_valid()?;
        if self.device.is_none() { Ok(Decided::AlreadyApplied) } else { self.shown_by(None) }
    }

    fn check_valid(&self) -> Result<(), Refusal> {
        match self.state.status {
            AdmissionStatus::Valid => Ok(()),
            AdmissionStatus::Used { .. } | AdmissionStatus::Void { .. } => Err(Refusal::NotValid),
        }
    }

    fn shown_by(&self, device: Option<PublicKey>) -> Result<Decided<Self>, Refusal> {
        let credential_version = self.state.credential_version.checked_add(1);
        let credential_version = credential_version.ok_or(Refusal::TooManyDevices)?;
        let version = self.state.version + 1;
        let state = AdmissionState { version, credential_version, ..self.state.clone() };
        Ok(Decided::applied(Self { state, device, ..self.clone() }))
    }
}
