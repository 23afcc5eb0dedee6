//! Every command in every state of an admission, and the choice of admissions that a refund voids.

use admissions::domain::{
    Admission, BOUND_VERSION_MAX, CheckInResult, Entry, Merged, PublicKey, Refusal, to_void,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::admission::AdmissionStatus;
use contract::order::OrderState;
use contract::{Currency, Decided, Money, TicketId};
use ed25519_dalek::SigningKey;
use testing::platforms::START;
use testing::samples::{id, item, order, usd};

fn admission(unit: u32, status: AdmissionStatus) -> Admission {
    let order: OrderState = order(1, vec![item(3, 9, 1_000, 5)], START);
    let mut admission = Admission::issue(&order, &order.items[0], unit, START);
    admission.state.status = status;
    admission
}

const VALID: AdmissionStatus = AdmissionStatus::Valid;
const LISTED: AdmissionStatus = AdmissionStatus::Listed;
const USED: AdmissionStatus = AdmissionStatus::Used { at: START };
const VOID: AdmissionStatus = AdmissionStatus::Void { at: START };
const ALL: [AdmissionStatus; 4] = [VALID, LISTED, USED, VOID];

/// An admission with the ticket of its last listing.
fn listed(status: AdmissionStatus) -> (Admission, TicketId) {
    let mut admission = admission(1, VALID).list(usd(1_000), 100, START).unwrap();
    admission.state.status = status;
    let ticket = admission.state.listing.as_ref().unwrap().ticket_id;
    (admission, ticket)
}

fn buying(ticket: TicketId) -> OrderState {
    let mut order = order(9, vec![item(8, 3, 1_000, 1)], START);
    order.items[0].ticket_id = ticket;
    order.buyer = id(44);
    order
}

#[test]
fn every_command_in_every_state() {
    let later = START.plus(std::time::Duration::from_secs(1));
    for (status, entered, voids) in [
        (VALID, Ok(AdmissionStatus::Used { at: later }), true),
        (LISTED, Err((CheckInResult::Listed, None)), true),
        (USED, Err((CheckInResult::AlreadyUsed, Some(START))), true),
        (VOID, Err((CheckInResult::Void, None)), false),
    ] {
        let before = admission(1, status);
        let entry = Entry { at: later, scan: "scan".to_owned() };
        let after = before.enter(entry, later);
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
        match before.transfer(id(7), START) {
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

#[test]
fn every_command_of_a_resale_in_every_state() {
    for status in ALL {
        let (before, ticket) = listed(status);
        let version = before.state.version;
        let again = before.list(usd(1_000), 100, START);
        assert_eq!(again.is_ok(), status == VALID, "{status:?}");
        if let Ok(again) = again {
            assert_ne!(again.listing().unwrap().ticket_id, ticket, "a ticket is sold once");
            assert_eq!((again.state.status, again.state.version), (LISTED, version + 1));
        }
        match before.end_listing(START) {
            Ok(Decided::Applied(ending, ())) => {
                assert_eq!(status, LISTED);
                assert!(ending.listing().unwrap().is_ending);
                assert_eq!(ending.end_listing(START), Ok(Decided::AlreadyApplied));
            }
            refused => assert_eq!((refused, status == LISTED), (Err(Refusal::NotListed), false)),
        }
        assert_eq!(before.unlist(id(7), START), Decided::AlreadyApplied, "another ticket");
        match before.unlist(ticket, START) {
            Decided::Applied(unlisted, ()) => {
                assert_eq!((status, unlisted.state.status), (LISTED, VALID));
                assert_eq!(unlisted.state.credential_version, before.state.credential_version);
            }
            Decided::AlreadyApplied => assert_ne!(status, LISTED),
        }
        assert_eq!(before.resell(&buying(id(7)), id(7), START), Err(Refusal::NotListed));
        match before.resell(&buying(ticket), ticket, START) {
            Ok(Decided::Applied(resold, ())) => {
                let after = if status == LISTED { VALID } else { VOID };
                assert_eq!(
                    (status == LISTED || status == VOID, resold.state.status),
                    (true, after)
                );
                assert_eq!((resold.state.holder, resold.paid_by()), (id(44), id(9)));
                assert_eq!(
                    (resold.state.version, resold.state.credential_version),
                    (version + 1, before.state.credential_version + 1)
                );
                let again = resold.resell(&buying(ticket), ticket, START);
                assert_eq!(again, Ok(Decided::AlreadyApplied));
            }
            refused => {
                assert_eq!(refused, Err(Refusal::NotListed));
                assert!(status == VALID || status == USED);
            }
        }
    }
}

#[test]
fn a_price_is_in_the_first_currency_and_within_the_cap_of_the_seller() {
    let admission = admission(1, VALID);
    for (price, cap, most) in [
        (usd(1_000), 100, None),
        (usd(0), 100, None),
        (usd(1_500), 150, None),
        (usd(1_001), 100, Some(usd(1_000))),
        (usd(991), 99, Some(usd(990))),
        (usd(0), 0, Some(usd(0))),
        (Money::new(900, Currency::EUR), 100, Some(usd(1_000))),
    ] {
        let listed = admission.list(price, cap, START).map(|listed| listed.state.status);
        assert_eq!(listed, most.map_or(Ok(LISTED), |most| Err(Refusal::AboveCap { most })));
    }
    let mut often = admission.clone();
    often.state.resales = vec![id(9); 10];
    assert_eq!(often.list(usd(1), 100, START), Err(Refusal::ResaleLimit));
    let mut begun = admission;
    begun.terms.starts_at = Some(START);
    assert_eq!(begun.list(usd(1), 100, START), Err(Refusal::ShowStarted));
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
        (LISTED, None, ends, ends),
        (LISTED, Some(own), ends, ends),
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
        assert_eq!(shown(before.bind(own, START)), bound, "bind: {status:?} {device:?}");
        assert_eq!(shown(before.unbind(START)), unbound, "unbind: {status:?} {device:?}");
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
    assert!(matches!(at(BOUND_VERSION_MAX - 1, None).bind(own, START), Ok(Decided::Applied(..))));
    assert_eq!(at(BOUND_VERSION_MAX, None).bind(own, START), Err(Refusal::TooManyDevices));
    assert_eq!(at(BOUND_VERSION_MAX, Some(other)).bind(own, START), Err(Refusal::TooManyDevices));
    assert_eq!(at(BOUND_VERSION_MAX, Some(own)).bind(own, START), Ok(Decided::AlreadyApplied));
    assert!(matches!(at(BOUND_VERSION_MAX, Some(own)).unbind(START), Ok(Decided::Applied(..))));
    assert_eq!(at(u16::MAX, Some(own)).unbind(START), Err(Refusal::TooManyDevices));
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

/// Entries at four instants and of two scans each, in every sequence of up to four of them: the
/// smallest one counts, and each of the others is refused or displaced.
#[test]
fn the_earliest_entry_counts_in_every_sequence() {
    let entries: Vec<Entry> = (0..8_u64)
        .map(|number| Entry {
            at: START.plus(std::time::Duration::from_secs(number / 2)),
            scan: format!("scan {}", number % 2),
        })
        .collect();
    for number in 0..8_usize.pow(4) {
        let chosen: Vec<&Entry> =
            (0..4).map(|place| &entries[number / 8_usize.pow(place) % 8]).collect();
        let (mut merged, mut losers) = (admission(1, VALID), Vec::new());
        for entry in &chosen {
            match merged.merge((*entry).clone(), START) {
                Merged::Counts { used, displaced } => {
                    losers.extend(displaced);
                    merged = *used;
                }
                Merged::CountsNot(result, used_at) => {
                    assert_eq!(result, CheckInResult::AlreadyUsed);
                    assert!(used_at.is_some_and(|at| at <= entry.at));
                    losers.push(entry.scan.clone());
                }
            }
        }
        let first = chosen.iter().min().unwrap();
        assert_eq!(merged.state.status, AdmissionStatus::Used { at: first.at });
        assert_eq!((merged.entered_by.as_ref(), losers.len()), (Some(&first.scan), 3));
    }
}

#[test]
fn a_void_admission_takes_no_entry() {
    let entry = Entry { at: START, scan: "scan".to_owned() };
    let merged = admission(1, VOID).merge(entry, START);
    assert_eq!(merged, Merged::CountsNot(CheckInResult::Void, None));
}

#[test]
fn a_door_knows_a_new_admission_from_its_code_alone() {
    let new = admission(1, VALID);
    assert_eq!(new.changed_at, None);
    let entry = Entry { at: START, scan: "scan".to_owned() };
    assert_eq!(new.enter(entry, START).unwrap().changed_at, Some(START));
}
