//! Every command in every state of an admission, and the choice of admissions that a refund voids.

use admissions::domain::{Admission, CheckInResult, Refusal, to_void};
use contract::Decided;
use contract::admission::AdmissionStatus;
use contract::order::OrderState;
use testing::platforms::START;
use testing::samples::{id, item, order};

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
        match before.transfer(id(7)) {
            Ok(after) => {
                assert_eq!((before.is_valid(), after.state.status), (true, VALID));
                assert_eq!((after.state.holder, after.state.credential_version), (id(7), 2));
                assert_eq!(after.state.version, before.state.version + 1);
            }
            Err(refusal) => assert_eq!((before.is_valid(), refusal), (false, Refusal::NotValid)),
        }
        let offered = before.offer(id(60)).map(|offered| (offered.transfer, offered.state));
        let expected = before.is_valid().then(|| (Some(id(60)), before.state.clone()));
        assert_eq!(offered, expected.ok_or(Refusal::NotValid));
    }
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
