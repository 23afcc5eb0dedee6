//! Codes that were signed are parsed and verified with the same claims.

use admission_codes::{
    Code, DeviceRecord, Epoch, RotatingCode, StaticCode, Verified, sign_device_record, sign_epoch,
    sign_static,
};
use proptest::prelude::*;

use crate::samples::{
    EPOCH, any_claims, any_device, issuer, key_of, record, rotating_code, static_code, verify,
};

proptest! {
    #[test]
    fn a_static_code_is_verified_with_its_claims(claims in any_claims()) {
        let code = sign_static(claims, &issuer());
        prop_assert_eq!(Code::parse(&code.to_string()), Ok(code));
        prop_assert_eq!(Code::from_bytes(&code.to_bytes()), Ok(code));
        prop_assert_eq!(verify(&code), Ok(Verified { claims, is_static: true }));
    }

    #[test]
    fn a_rotating_code_is_verified_with_its_claims(
        claims in any_claims(), device in any_device(), epoch in EPOCH - 1..=EPOCH + 1,
    ) {
        let record = sign_device_record(claims, key_of(&device), &issuer());
        prop_assert_eq!(DeviceRecord::from_bytes(&record.to_bytes()), Ok(record));
        let code = sign_epoch(record, Epoch::new(epoch), &device);
        prop_assert_eq!(Code::parse(&code.to_string()), Ok(code));
        prop_assert_eq!(Code::from_bytes(&code.to_bytes()), Ok(code));
        prop_assert_eq!(verify(&code), Ok(Verified { claims, is_static: false }));
    }
}

#[test]
fn the_lengths_are_those_of_the_format() {
    assert_eq!((static_code().to_bytes().len(), StaticCode::BYTES), (97, 97));
    assert_eq!((record().to_bytes().len(), DeviceRecord::BYTES), (129, 129));
    assert_eq!((rotating_code().to_bytes().len(), RotatingCode::BYTES), (197, 197));
    assert_eq!(static_code().to_string().len(), 150);
    assert_eq!(rotating_code().to_string().len(), 300);
}

#[test]
fn a_scanner_may_send_white_space_and_lower_case() {
    for code in [static_code(), rotating_code()] {
        let text = code.to_string();
        for sent in [
            format!("{text}\r\n"),
            format!(" \t{text} \n"),
            text.to_lowercase(),
            format!("{:100}{text}{:100}", "", ""),
        ] {
            assert_eq!(Code::parse(&sent), Ok(code), "{sent:?}");
        }
        assert!(Code::parse(&format!("{:400}{text}", "")).is_err(), "longer than any code");
    }
}

/// Surrounding white space is removed, so a digit that is a space must not be at the end.
#[test]
fn no_text_ends_with_a_space() {
    for last in 0..=u8::MAX {
        for length in [97, 197] {
            let mut bytes = vec![0; length];
            *bytes.last_mut().unwrap() = last;
            assert!(!base45::encode(&bytes).ends_with(' '), "{last}");
        }
    }
}

#[test]
fn debug_output_contains_no_signature() {
    let (code, record) = (rotating_code(), record());
    let text = format!("{code:?} {:?} {record:?}", static_code());
    assert!(text.contains("222222222222222222222222"), "{text}");
    assert!(!text.to_lowercase().contains("signature"), "{text}");
}
