//! Keys that no record is made for.

use admission_codes::{Code, DeviceKey, DeviceRecord, NotADeviceKey, Rejected};
use ed25519_dalek::Signer as _;

use crate::samples::{EPOCH, device, issuer, record, verify};

/// The points whose order divides eight, in their one encoding.
const SMALL_ORDER: [&str; 8] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
];

fn small_order() -> impl Iterator<Item = Vec<u8>> {
    SMALL_ORDER.iter().map(|text| hex::decode(text).unwrap())
}

#[test]
fn the_key_of_a_device_is_accepted() {
    let bytes = device().verifying_key().to_bytes();
    assert_eq!(DeviceKey::try_from(&bytes[..]).unwrap().to_bytes(), bytes);
}

#[test]
fn weak_keys_are_refused() {
    for bytes in small_order() {
        assert_eq!(DeviceKey::try_from(&bytes[..]), Err(NotADeviceKey::Weak), "{bytes:02x?}");
    }
}

#[test]
fn keys_of_another_length_or_of_no_point_are_refused() {
    let key = device().verifying_key().to_bytes();
    let no_point = [&[2][..], &[0; 31]].concat();
    for bytes in [&[][..], &key[..31], &[&key[..], &[0]].concat(), &no_point] {
        assert_eq!(DeviceKey::try_from(bytes), Err(NotADeviceKey::Malformed), "{bytes:02x?}");
    }
}

/// A coordinate `y` of at least `p = 2^255 - 19` is reduced when it is decoded.
#[test]
fn second_encodings_of_a_point_are_refused() {
    let mut refused_as = Vec::new();
    for low in 0xed..=0xff {
        for high in [0x7f, 0xff] {
            let bytes = [&[low][..], &[0xff; 30], &[high]].concat();
            refused_as.push(DeviceKey::try_from(&bytes[..]).unwrap_err());
        }
    }
    assert!(refused_as.contains(&NotADeviceKey::Malformed));
}

/// A record that an issuer signed in spite of the rule.
#[test]
fn a_weak_key_signs_no_code() {
    let claims = record().to_bytes()[..33].to_owned();
    // The equation of RFC 8032 holds for R = the point and S = 0 with some messages.
    for key in small_order() {
        let signed = [&claims[..], &key].concat();
        let message = [&b"boxoffice admission v1\0"[..], &signed].concat();
        let bytes = [&signed[..], &issuer().sign(&message).to_bytes()].concat();
        assert!(DeviceRecord::from_bytes(&bytes).is_ok());
        for point in small_order() {
            let code = [&bytes[..], &EPOCH.to_be_bytes(), &point, &[0; 32]].concat();
            let code = Code::from_bytes(&code).unwrap();
            assert_eq!(verify(&code), Err(Rejected::Forged));
        }
    }
}
