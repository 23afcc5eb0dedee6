//! Signatures of issuer and device, and the messages that they sign.

use ed25519_dalek::{Signer as _, SigningKey};

use crate::claims::{Claims, Kind};
use crate::code::{Code, RotatingCode, StaticCode};
use crate::device::{DeviceKey, DeviceRecord};
use crate::times::Epoch;

/// The start of each message that the issuer signs. No other message of any key of the project
/// begins with it, so a signature of one purpose is invalid for another.
const ISSUER_DOMAIN: &[u8] = b"boxoffice admission v1\0";

/// The start of each message that a device signs.
const DEVICE_DOMAIN: &[u8] = b"boxoffice admission epoch v1\0";

/// The static code of an admission. `issuer` is the key that `claims.kid` names.
#[must_use]
pub fn sign_static(claims: Claims, issuer: &SigningKey) -> Code {
    let signature = issuer.sign(&issuer_message(&claims.to_bytes(Kind::Static)));
    Code::Static(StaticCode { claims, signature })
}

/// The record that binds an admission to a device. `issuer` is the key that `claims.kid` names.
#[must_use]
pub fn sign_device_record(claims: Claims, device: DeviceKey, issuer: &SigningKey) -> DeviceRecord {
    let device = device.to_bytes();
    let signed = [&claims.to_bytes(Kind::Device)[..], &device].concat();
    DeviceRecord { claims, device, signature: issuer.sign(&issuer_message(&signed)) }
}

/// The code that a device shows during an epoch. Devices sign by themselves; this function is for
/// tests and tools.
#[must_use]
pub fn sign_epoch(record: DeviceRecord, epoch: Epoch, device: &SigningKey) -> Code {
    let signature = device.sign(&device_message(&record, epoch));
    Code::Rotating(RotatingCode { record, epoch, signature })
}

/// The message that an issuer signs for a record.
pub(crate) fn issuer_message(signed_bytes: &[u8]) -> Vec<u8> {
    [ISSUER_DOMAIN, signed_bytes].concat()
}

/// The message that a device signs for an epoch.
pub(crate) fn device_message(record: &DeviceRecord, epoch: Epoch) -> Vec<u8> {
    [DEVICE_DOMAIN, &record.to_bytes(), &epoch.get().to_be_bytes()].concat()
}
