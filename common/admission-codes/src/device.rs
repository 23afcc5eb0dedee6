//! The key of a holder's device, and the issuer's record that binds it to an admission.

use derive_more::Debug;
use ed25519_dalek::{PUBLIC_KEY_LENGTH, Signature, VerifyingKey};

use crate::bytes::{read_all, take};
use crate::claims::{Claims, Kind};

/// An Ed25519 public key that only the owner of its private half can sign for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[debug("{:02x?}", self.to_bytes())]
pub struct DeviceKey(VerifyingKey);

/// The bytes are not the public key of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotADeviceKey {
    /// They are not 32, or not the one encoding of a point of the curve.
    #[error("must be an Ed25519 public key of 32 bytes")]
    Malformed,
    /// The point is of small order: a signature can be made without a private key.
    #[error("must not be a weak key")]
    Weak,
}

impl DeviceKey {
    /// The encoded point.
    #[must_use]
    pub fn to_bytes(self) -> [u8; PUBLIC_KEY_LENGTH] {
        self.0.to_bytes()
    }
}

impl TryFrom<&[u8]> for DeviceKey {
    type Error = NotADeviceKey;

    fn try_from(bytes: &[u8]) -> Result<Self, NotADeviceKey> {
        VerifyingKey::try_from(bytes).map_err(|_| NotADeviceKey::Malformed)?.try_into()
    }
}

impl TryFrom<VerifyingKey> for DeviceKey {
    type Error = NotADeviceKey;

    fn try_from(key: VerifyingKey) -> Result<Self, NotADeviceKey> {
        if key.is_weak() {
            return Err(NotADeviceKey::Weak);
        }
        // A verifier that rejects other encodings of the point must not reject the code (RFC 8032,
        // section 5.1.3).
        if key.to_edwards().compress().to_bytes() != key.to_bytes() {
            return Err(NotADeviceKey::Malformed);
        }
        Ok(Self(key))
    }
}

/// Claims and the key of a device, signed by the issuer. Without the device's own signature it is
/// no code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeviceRecord {
    pub(crate) claims: Claims,
    pub(crate) device: [u8; PUBLIC_KEY_LENGTH],
    #[debug(skip)]
    pub(crate) signature: Signature,
}

/// The bytes are not a device record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a device record of {} bytes", DeviceRecord::BYTES)]
pub struct NotARecord;

impl DeviceRecord {
    /// Bytes of a record.
    pub const BYTES: usize = 129;

    /// The bytes of the record, as the device stores them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.signed_bytes()[..], &self.signature.to_bytes()].concat()
    }

    /// The record with these bytes; its signature is not verified.
    ///
    /// # Errors
    /// [`NotARecord`] if the length, the version or the kind is another one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotARecord> {
        read_all(bytes, Self::take_from).ok_or(NotARecord)
    }

    /// The bytes that the issuer signs.
    pub(crate) fn signed_bytes(&self) -> Vec<u8> {
        [&self.claims.to_bytes(Kind::Device)[..], &self.device].concat()
    }

    /// The record at the front of `bytes`, which is removed from it.
    pub(crate) fn take_from(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self {
            claims: Claims::take_from(bytes, Kind::Device)?,
            device: take(bytes)?,
            signature: Signature::from_bytes(&take(bytes)?),
        })
    }
}
