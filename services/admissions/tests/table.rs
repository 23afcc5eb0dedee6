//! Every command in every state of an admission, and the choice of admissions that a refund voids.

use admissions::domain::{
    Admission, BOUND_VERSION_MAX, CheckInResult, PublicKey, Refusal, to_void,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::Decided;
use contract::admission::AdmissionStatus;
use contract::order::OrderState;
use ed25519_dalek::SigningKey;
use testing::platforms::START;
use testing::samples::{item, order};

fn admission(unit: u32, status: AdmissionStatus) -> Admission {
    let order: OrderState = order(1, vec![item(3, 9, 1_000, 5)], START);
    let mut admission = Admission::issue(&order, &order.items[0], unit, START);
    admission.state.status = status;
    admission
}

const VALID: AdmissionStatus = AdmissionStatus::Valid;
const USED: AdmissionStatus = AdmissionStatus::Used { at: START };
const VOID: AdmissionStatus = AdmissionStatus::Void { at: START };

#[test]
fn every_command_in_every_state() {
    let later = START.plus(std::time::Duration::from_secs(1));
    for (status, entered, voids) in [
        (VALID, Ok(AdmissionStatus::Used { at: later }), true),
        (USED, Err((CheckInResult::AlreadyUsed, Some(START))), true),
        (VOID, Err((CheckInResult::Void, None)), false),
    ] {
        let before = admission(1, status);
        let after = before.enter(later);
        assert_eq!(after.clone().map(|it| it.state.status), entered, "{status:?}");
        assert!(after.is_err() || after.unwrap().state.version == before.state.version + 1);
        match before.void(later) {
            Decided::Applied(void, ()) => {
                assert!(voids, "{status:?}");
                assert_eq!(void.state.status, AdmissionStatus::Void { at: later });
                assert_eq!(void.state.version, before.state.version + 1);
            }
            Decided::AlreadyApplied => assert!(!voids, "{status:?}"),
        }
        assert_eq!(before.is_live(), voids);
    }
}

fn key(seed: u8) -> PublicKey {
    let key = SigningKey::from_bytes(&[seed; 32]).verifying_key();
    PublicKey::try_from(URL_SAFE_NO_PAD.encode(key)).unwrap()
}

/// The device after a command, if it had an effect.
type Shown = Result<Option<Option<PublicKey>>, Refusal>;

#[test]
fn a_change_of_the_device_raises_the_credential_version_of_a_valid_admission() {
    let (own, other) = (key(1), key(2));
    let ends = Err(Refusal::NotValid);
    for (status, device, bound, unbound) in [
        (VALID, None, Ok(Some(Some(own))), Ok(None)),
        (VALID, Some(own), Ok(None), Ok(Some(None))),
        (VALID, Some(other), Ok(Some(Some(own))), Ok(Some(None))),
        (USED, None, ends, ends),
        (USED, Some(own), ends, ends),
        (USED, Some(other), ends, ends),
        (VOID, None, ends, ends),
        (VOID, Some(own), ends, ends),
        (VOID, Some(other), ends, ends),
    ] {
        let before = Admission { device, ..admission(1, status) };
        let shown = |decided: Result<Decided<Admission>, Refusal>| -> Shown {
            Ok(match decided? {
                Decided::AlreadyApplied => None,
                Decided::Applied(after, ()) => {
                    assert_eq!(after.state.version, before.state.version + 1);
                    let credential = before.state.credential_version + 1;
                    assert_eq!(after.state.credential_version, credential);
                    assert_eq!(after.state.status, VALID);
                    Some(after.device)
                }
            })
        };
        assert_eq!(shown(before.bind(own)), bound, "bind: {status:?} {device:?}");
        assert_eq!(shown(before.unbind()), unbound, "unbind: {status:?} {device:?}");
    }
}

/// A bound admission can be bound to no further device at the end, but still returns to paper.
#[test]
fn devices_leave_credential_versions_to_new_holders() {
    let at = |version: u16, device| {
        let mut admission = Admission { device, ..admission(1, VALID) };
        admission.state.credential_version = version;
        admission
    };
    let (own, other) = (key(1), key(2));
    assert!(matches!(at(BOUND_VERSION_MAX - 1, None).bind(own), Ok(Decided::Applied(..))));
    assert_eq!(at(BOUND_VERSION_MAX, None).bind(own), Err(Refusal::TooManyDevices));
    assert_eq!(at(BOUND_VERSION_MAX, Some(other)).bind(own), Err(Refusal::TooManyDevices));
    assert_eq!(at(BOUND_VERSION_MAX, Some(own)).bind(own), Ok(Decided::AlreadyApplied));
    assert!(matches!(at(BOUND_VERSION_MAX, Some(own)).unbind(), Ok(Decided::Applied(..))));
    assert_eq!(at(u16::MAX, Some(own)).unbind(), Err(Refusal::TooManyDevices));
}

/// All 243 states of five units, and every number of kept ones: the kept number remains. No used one
/// ends before an unused one, nor an earlier one before a later one.
#[test]
fn a_refund_voids_the_latest_unused_admissions_then_the_latest_used_ones() {
    for number in 0..3_usize.pow(5) {
        let status = |unit: u32| [VALID, USED, VOID][number / 3_usize.pow(unit - 1) % 3];
        let all: Vec<Admission> = (1..=5).map(|unit| admission(unit, status(unit))).collect();
        let live: Vec<&Admission> = all.iter().filter(|one| one.is_live()).collect();
        for kept in 0..=5_u32 {
            let ended = to_void(&all, kept);
            let remaining = live.len() - ended.len();
            assert_eq!(remaining, live.len().min(usize::try_from(kept).unwrap()));
            let rank = |one: &Admission| (one.state.status == VALID, one.state.unit);
            let mut remaining = live.iter().filter(|one| !ended.contains(one));
            assert!(
                remaining.all(|stays| ended.iter().all(|ends| rank(stays) < rank(ends))),
                "{number} {kept}"
            );
        }
    }
}
