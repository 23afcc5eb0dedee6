//! The public key of a device that shows codes.

use admission_codes::{DeviceKey, NotADeviceKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

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
