//! Codes that differ from a signed one are rejected, and no text panics.

use admission_codes::{
    Code, DeviceRecord, Epoch, NotACode, NotARecord, Rejected, sign_device_record, sign_epoch,
    sign_static,
};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use proptest::prelude::*;

use crate::samples::{
    EPOCH, KID, NOW_S, any_claims, any_device, at, claims, device, door_keys, issuer, key_of,
    record, rotating_code, static_code, verify,
};

const BASE45: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Whether the bytes are no code, or one that a door rejects.
fn is_rejected(bytes: &[u8]) -> bool {
    Code::from_bytes(bytes).map_or(true, |code| verify(&code).is_err())
}

fn with_bit_changed(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut changed = bytes.to_owned();
    changed[bit / 8] ^= 1 << (bit % 8);
    changed
}

#[test]
fn every_change_of_one_bit_is_rejected() {
    for code in [static_code(), rotating_code()] {
        let bytes = code.to_bytes();
        for bit in 0..bytes.len() * 8 {
            assert!(is_rejected(&with_bit_changed(&bytes, bit)), "{bit} of {code:?}");
        }
    }
}

#[test]
fn every_change_of_one_character_is_rejected() {
    for code in [static_code(), rotating_code()] {
        let text = code.to_string();
        for (index, before) in text.char_indices() {
            for after in BASE45.chars().filter(|after| *after != before) {
                let mut changed = text.clone();
                changed.replace_range(index..=index, &after.to_string());
                let is_rejected = Code::parse(&changed).map(|code| verify(&code).is_err());
                assert!(is_rejected.unwrap_or(true), "{changed}");
            }
        }
    }
}

/// Two digits have 2,025 values, of which the last byte has 256; others must not be reduced to it.
#[test]
fn bytes_have_one_text() {
    for code in [static_code(), rotating_code()] {
        let text = code.to_string();
        let (start, _) = text.split_at(text.len() - 2);
        let texts = BASE45.chars().flat_map(|low| BASE45.chars().map(move |high| (low, high)));
        let texts = texts.map(|(low, high)| format!("{start}{low}{high}"));
        let same: Vec<String> = texts.filter(|text| Code::parse(text) == Ok(code)).collect();
        assert_eq!(same, [text]);
    }
}

proptest! {
    #[test]
    fn a_change_of_one_bit_of_any_code_is_rejected(
        claims in any_claims(), device in any_device(), at in any::<prop::sample::Index>(),
    ) {
        let record = sign_device_record(claims, key_of(&device), &issuer());
        let rotating = sign_epoch(record, Epoch::new(EPOCH), &device);
        for code in [sign_static(claims, &issuer()), rotating] {
            let bytes = code.to_bytes();
            prop_assert!(is_rejected(&with_bit_changed(&bytes, at.index(bytes.len() * 8))));
        }
    }

    #[test]
    fn any_text_is_parsed_without_a_panic(text in any::<String>()) {
        prop_assert_eq!(Code::parse(&text), Err(NotACode));
        prop_assert_eq!(Code::parse(&format!("BX1:{text}")), Err(NotACode));
    }

    #[test]
    fn any_digits_are_no_code_that_verifies(
        short in "[0-9A-Z $%*+./:-]{0,320}", long in "[0-9A-Z $%*+./:-]{146}|[0-9A-Z $%*+./:-]{296}",
    ) {
        for digits in [short, long] {
            if let Ok(code) = Code::parse(&format!("BX1:{digits}")) {
                prop_assert!(verify(&code).is_err());
            }
        }
    }

    /// Any bytes after a valid version, key id and kind.
    #[test]
    fn random_bytes_of_a_valid_form_are_forged(
        of_static in prop::collection::vec(any::<u8>(), 94),
        of_rotating in prop::collection::vec(any::<u8>(), 194),
    ) {
        for bytes in [[&[1, KID, 0][..], &of_static].concat(), [&[1, KID, 1][..], &of_rotating].concat()] {
            let code = Code::from_bytes(&bytes).unwrap();
            prop_assert_eq!(verify(&code), Err(Rejected::Forged));
        }
    }
}

#[test]
fn a_part_of_a_code_is_none() {
    for code in [static_code(), rotating_code()] {
        let (text, bytes) = (code.to_string(), code.to_bytes());
        for end in 0..text.len() {
            assert_eq!(Code::parse(&text[..end]), Err(NotACode), "{end}");
            assert_eq!(Code::parse(&text[text.len() - end..]), Err(NotACode), "{end}");
        }
        for end in 0..bytes.len() {
            assert_eq!(Code::from_bytes(&bytes[..end]), Err(NotACode), "{end}");
        }
        assert_eq!(Code::parse(&format!("{text}0")), Err(NotACode));
        assert_eq!(Code::parse(&format!("{text}000")), Err(NotACode));
        assert_eq!(Code::from_bytes(&[&bytes[..], &[0]].concat()), Err(NotACode));
    }
    let bytes = record().to_bytes();
    for end in 0..bytes.len() {
        assert_eq!(DeviceRecord::from_bytes(&bytes[..end]), Err(NotARecord), "{end}");
    }
    assert_eq!(DeviceRecord::from_bytes(&[&bytes[..], &[0]].concat()), Err(NotARecord));
}

#[test]
fn a_code_of_an_unknown_key_or_issuer_is_rejected() {
    let other = SigningKey::from_bytes(&[9; 32]);
    let of_other: fn(u8) -> Option<VerifyingKey> =
        |_| Some(SigningKey::from_bytes(&[9; 32]).verifying_key());
    for code in [static_code(), rotating_code()] {
        assert_eq!(code.verify(|_| None, at(NOW_S)), Err(Rejected::UnknownKey));
        assert_eq!(code.verify(of_other, at(NOW_S)), Err(Rejected::Forged));
        let mut bytes = code.to_bytes();
        bytes[1] = KID + 1;
        let renamed = Code::from_bytes(&bytes).unwrap();
        assert_eq!(verify(&renamed), Err(Rejected::UnknownKey));
        assert_eq!(renamed.verify(|_| door_keys(KID), at(NOW_S)), Err(Rejected::Forged));
    }
    let forged = sign_static(claims(), &other);
    assert_eq!(verify(&forged), Err(Rejected::Forged));
    let forged = sign_device_record(claims(), key_of(&device()), &other);
    assert_eq!(verify(&sign_epoch(forged, Epoch::new(EPOCH), &device())), Err(Rejected::Forged));
}

#[test]
fn a_code_of_another_device_is_forged() {
    let other = SigningKey::from_bytes(&[3; 32]);
    let epoch = Epoch::new(EPOCH);
    assert_eq!(verify(&sign_epoch(record(), epoch, &other)), Err(Rejected::Forged));
    // The other device has a record of its own; its signature is of that one.
    let of_other = sign_device_record(claims(), key_of(&other), &issuer());
    let foreign = sign_epoch(of_other, epoch, &other).to_bytes();
    let mixed = [&rotating_code().to_bytes()[..133], &foreign[133..]].concat();
    assert_eq!(verify(&Code::from_bytes(&mixed).unwrap()), Err(Rejected::Forged));
    // The key of the device is replaced in a record of the issuer.
    let mut replaced = rotating_code().to_bytes();
    replaced[33..65].copy_from_slice(&other.verifying_key().to_bytes());
    let replaced = DeviceRecord::from_bytes(&replaced[..129]).unwrap();
    assert_eq!(verify(&sign_epoch(replaced, epoch, &other)), Err(Rejected::Forged));
}

#[test]
fn the_signature_of_one_epoch_is_forged_for_another() {
    let mut bytes = rotating_code().to_bytes();
    bytes[129..133].copy_from_slice(&(EPOCH + 1).to_be_bytes());
    assert_eq!(verify(&Code::from_bytes(&bytes).unwrap()), Err(Rejected::Forged));
}

#[test]
fn a_record_of_one_kind_is_none_of_the_other() {
    // A record alone is no code, and a code is no record.
    assert_eq!(Code::from_bytes(&record().to_bytes()), Err(NotACode));
    assert_eq!(DeviceRecord::from_bytes(&static_code().to_bytes()), Err(NotARecord));
    // The kind is changed, and the length stays.
    for code in [static_code(), rotating_code()] {
        let mut bytes = code.to_bytes();
        bytes[2] ^= 1;
        assert_eq!(Code::from_bytes(&bytes), Err(NotACode));
    }
    // The claims of a device record as a static code, with the issuer's signature of the record.
    let (record, of_static) = (record().to_bytes(), static_code().to_bytes());
    let as_static = [&[1, KID, 0], &record[3..33], &record[65..129]].concat();
    assert_eq!(verify(&Code::from_bytes(&as_static).unwrap()), Err(Rejected::Forged));
    // A static code as a record of a thief's device, with the issuer's signature of the code.
    let key = device().verifying_key().to_bytes();
    let as_record = [&[1, KID, 1], &of_static[3..33], &key, &of_static[33..]].concat();
    let as_record = DeviceRecord::from_bytes(&as_record).unwrap();
    assert_eq!(verify(&sign_epoch(as_record, Epoch::new(EPOCH), &device())), Err(Rejected::Forged));
}

#[test]
fn a_signature_without_its_domain_is_forged() {
    let signed = static_code().to_bytes()[..33].to_owned();
    for message in [signed.clone(), [&b"boxoffice admission epoch v1\0"[..], &signed].concat()] {
        let bytes = [&signed[..], &issuer().sign(&message).to_bytes()].concat();
        assert_eq!(verify(&Code::from_bytes(&bytes).unwrap()), Err(Rejected::Forged));
    }
    let signed = rotating_code().to_bytes()[..133].to_owned();
    for message in [signed.clone(), [&b"boxoffice admission v1\0"[..], &signed].concat()] {
        let bytes = [&signed[..], &device().sign(&message).to_bytes()].concat();
        assert_eq!(verify(&Code::from_bytes(&bytes).unwrap()), Err(Rejected::Forged));
    }
}
