//! Keys, claims and codes of the tests.

use admission_codes::{
    Claims, Code, DeviceKey, DeviceRecord, Epoch, PERIOD_S, Rejected, UnixSeconds, Verified,
    sign_device_record, sign_epoch, sign_static,
};
use contract::{Id, Timestamp};
use ed25519_dalek::{SigningKey, VerifyingKey};
use proptest::prelude::*;

/// The id of the issuer's key.
pub(crate) const KID: u8 = 7;

/// The present epoch of the tests: 2026-11-30T20:00:00Z.
pub(crate) const EPOCH: u32 = 119_737_920;

/// The present second of the tests, the first of its epoch.
pub(crate) const NOW_S: u32 = EPOCH * PERIOD_S;

pub(crate) fn issuer() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

pub(crate) fn device() -> SigningKey {
    SigningKey::from_bytes(&[2; 32])
}

pub(crate) fn key_of(device: &SigningKey) -> DeviceKey {
    device.verifying_key().try_into().unwrap()
}

/// The public keys of the door: the issuer's only.
pub(crate) fn door_keys(kid: u8) -> Option<VerifyingKey> {
    (kid == KID).then(|| issuer().verifying_key())
}

/// The start of a second.
pub(crate) fn at(seconds: u32) -> Timestamp {
    UnixSeconds::new(seconds).into()
}

pub(crate) fn verify(code: &Code) -> Result<Verified, Rejected> {
    code.verify(door_keys, at(NOW_S))
}

/// Claims that end an hour after the present.
pub(crate) fn claims() -> Claims {
    Claims {
        kid: KID,
        ticket: Id::from_bytes([0x11; 12]),
        admission: Id::from_bytes([0x22; 12]),
        credential_version: 3,
        not_after: UnixSeconds::new(NOW_S + 3_600),
    }
}

pub(crate) fn static_code() -> Code {
    sign_static(claims(), &issuer())
}

pub(crate) fn record() -> DeviceRecord {
    sign_device_record(claims(), key_of(&device()), &issuer())
}

pub(crate) fn rotating_code() -> Code {
    sign_epoch(record(), Epoch::new(EPOCH), &device())
}

/// Any claims that the issuer can sign and that have not ended.
pub(crate) fn any_claims() -> impl Strategy<Value = Claims> {
    let not_after = (NOW_S..=u32::MAX).prop_map(UnixSeconds::new);
    (any::<[u8; 12]>(), any::<[u8; 12]>(), any::<u16>(), not_after).prop_map(
        |(ticket, admission, credential_version, not_after)| Claims {
            kid: KID,
            ticket: Id::from_bytes(ticket),
            admission: Id::from_bytes(admission),
            credential_version,
            not_after,
        },
    )
}

pub(crate) fn any_device() -> impl Strategy<Value = SigningKey> {
    any::<[u8; 32]>().prop_map(|seed| SigningKey::from_bytes(&seed))
}
