//! The end of a code and its epoch, and the sequence of the checks.

use admission_codes::{
    Claims, Epoch, Rejected, UnixSeconds, sign_device_record, sign_epoch, sign_static,
};
use contract::Timestamp;
use ed25519_dalek::SigningKey;

use crate::samples::{
    EPOCH, NOW_S, at, claims, device, door_keys, issuer, key_of, record, static_code, verify,
};

#[test]
fn a_code_ends_with_its_last_second() {
    let ending = Claims { not_after: UnixSeconds::new(NOW_S + 10), ..claims() };
    let record = sign_device_record(ending, key_of(&device()), &issuer());
    let rotating = sign_epoch(record, Epoch::new(EPOCH), &device());
    for code in [sign_static(ending, &issuer()), rotating] {
        let verify = |ms| code.verify(door_keys, Timestamp::from_unix_ms(ms)).map(|_| ());
        let end_ms = i64::from(NOW_S + 11) * 1_000;
        assert_eq!(verify(end_ms - 1_000), Ok(()));
        assert_eq!(verify(end_ms - 1), Ok(()));
        assert_eq!(verify(end_ms), Err(Rejected::Expired));
    }
}

#[test]
fn an_epoch_is_accepted_one_period_before_and_after_its_own() {
    for (difference, result) in [
        (-2, Err(Rejected::Expired)),
        (-1, Ok(())),
        (0, Ok(())),
        (1, Ok(())),
        (2, Err(Rejected::Expired)),
    ] {
        let epoch = Epoch::new(EPOCH.checked_add_signed(difference).unwrap());
        let code = sign_epoch(record(), epoch, &device());
        // The first and the last second of the present epoch.
        for now in [NOW_S, NOW_S + 14] {
            assert_eq!(code.verify(door_keys, at(now)).map(|_| ()), result, "{difference} {now}");
        }
    }
}

#[test]
fn a_static_code_has_no_epoch() {
    assert!(static_code().verify(door_keys, at(0)).is_ok());
}

#[test]
fn signatures_are_verified_before_times() {
    let ended = Claims { not_after: UnixSeconds::new(NOW_S - 1), ..claims() };
    let unknown = Claims { kid: 8, ..ended };
    let other = SigningKey::from_bytes(&[9; 32]);
    assert_eq!(verify(&sign_static(unknown, &issuer())), Err(Rejected::UnknownKey));
    assert_eq!(verify(&sign_static(ended, &other)), Err(Rejected::Forged));
    assert_eq!(verify(&sign_static(ended, &issuer())), Err(Rejected::Expired));
    let record = sign_device_record(ended, key_of(&device()), &issuer());
    let old = Epoch::new(EPOCH - 9);
    assert_eq!(verify(&sign_epoch(record, old, &other)), Err(Rejected::Forged));
    assert_eq!(verify(&sign_epoch(record, old, &device())), Err(Rejected::Expired));
}
