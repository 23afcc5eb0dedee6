//! Rules of the second factor: every command in every state, and both sides of each bound.

use std::time::Duration;

use auth::domain::second_factor::{
    GivenCode, PENDING_MAX, PassedBy, RecoveryCode, SecondFactor, Secret, TimeStep,
};
use auth::domain::{AdministratorFactor, Authenticated, EmailAddress, Refusal, User};
use contract::Language;
use contract::{Decided, Id, Timestamp, UserId};

const START: Timestamp = Timestamp::from_unix_ms(1_111_111_110_000);
const SECRET: Secret = Secret::new(*b"12345678901234567890");
const STEP: Duration = Duration::from_secs(30);

fn user_id() -> UserId {
    Id::from_bytes([1; 12]).into()
}

fn off() -> SecondFactor {
    SecondFactor::off(user_id())
}

fn pending() -> SecondFactor {
    off().start(SECRET, START).unwrap()
}

/// The code of the time step of a time.
fn code(at: Timestamp) -> GivenCode {
    GivenCode::Totp(SECRET.code_of(TimeStep::at(at)))
}

fn recovery_code(number: u8) -> RecoveryCode {
    RecoveryCode::new([number; 10])
}

fn recovery(number: u8) -> GivenCode {
    GivenCode::Recovery(recovery_code(number).hash())
}

/// A factor that was switched on at the start, with two recovery codes.
fn on() -> SecondFactor {
    let codes = vec![recovery_code(1).hash(), recovery_code(2).hash()];
    pending().confirm(&code(START), codes, START).unwrap()
}

#[test]
fn a_factor_is_switched_on_by_a_code_of_its_new_secret_in_time() {
    let confirm = |factor: &SecondFactor, code: &GivenCode, now| factor.confirm(code, vec![], now);
    let last = START.plus(PENDING_MAX).minus(Duration::from_millis(1));
    assert!(confirm(&pending(), &code(START), START).unwrap().is_on());
    assert!(confirm(&pending(), &code(last), last).unwrap().is_on());
    let late = START.plus(PENDING_MAX);
    assert_eq!(confirm(&pending(), &code(late), late), Err(Refusal::SecondFactorOff));
    let wrong = code(START.plus(3 * STEP));
    assert_eq!(confirm(&pending(), &wrong, START), Err(Refusal::WrongCode));
    assert_eq!(confirm(&pending(), &recovery(1), START), Err(Refusal::WrongCode));
    assert_eq!(confirm(&off(), &code(START), START), Err(Refusal::SecondFactorOff));
    assert_eq!(confirm(&on(), &code(START), START), Err(Refusal::SecondFactorOn));
}

#[test]
fn a_new_secret_replaces_one_that_was_not_confirmed_and_none_that_is_in_use() {
    let other = Secret::new([7; 20]);
    let replaced = pending().start(other, START).unwrap();
    assert_eq!(replaced.confirm(&code(START), vec![], START), Err(Refusal::WrongCode));
    assert_eq!(on().start(SECRET, START), Err(Refusal::SecondFactorOn));
}

#[test]
fn only_a_factor_that_is_on_needs_a_code() {
    for factor in [off(), pending()] {
        for given in [None, Some(code(START)), Some(recovery(1))] {
            let passed = factor.check(given.as_ref(), START).unwrap();
            assert_eq!((passed.by(), passed.factor()), (PassedBy::NoFactor, &factor));
        }
        assert_eq!(factor.check_on(&code(START), START), Err(Refusal::SecondFactorOff));
        assert_eq!(factor.replace_recovery_codes(vec![]), Err(Refusal::SecondFactorOff));
        assert_eq!((factor.is_on(), factor.recovery_codes_left()), (false, 0));
    }
    assert_eq!(on().check(None, START), Err(Refusal::SecondFactorRequired));
}

#[test]
fn a_code_is_accepted_once_and_voids_the_codes_before_it() {
    let now = START.plus(10 * STEP);
    let by = |factor: &SecondFactor, given: &GivenCode| factor.check(Some(given), now);
    assert_eq!(by(&on(), &code(now.minus(2 * STEP))), Err(Refusal::WrongCode));
    assert_eq!(by(&on(), &code(now.plus(2 * STEP))), Err(Refusal::WrongCode));
    for (used, still_valid) in
        [(-1, [false, true, true]), (0, [false, false, true]), (1, [false; 3])]
    {
        let times = [now.minus(STEP), now, now.plus(STEP)];
        let index = usize::try_from(used + 1).unwrap();
        let passed = by(&on(), &code(times[index])).unwrap();
        assert_eq!(passed.by(), PassedBy::Code);
        let later = times.map(|time| by(passed.factor(), &code(time)).is_ok());
        assert_eq!(later, still_valid, "{used}");
    }
    // The code that switched the factor on is used.
    assert_eq!(on().check(Some(&code(START)), START), Err(Refusal::WrongCode));
}

#[test]
fn a_recovery_code_is_accepted_once_at_any_time() {
    let passed = on().check(Some(&recovery(1)), START).unwrap();
    assert_eq!(passed.by(), PassedBy::RecoveryCode { codes_left: 1 });
    let factor = passed.factor();
    assert_eq!(factor.check(Some(&recovery(1)), START), Err(Refusal::WrongCode));
    assert_eq!(factor.check(Some(&recovery(3)), START), Err(Refusal::WrongCode));
    let later = START.plus(Duration::from_hours(10_000));
    let last = factor.check(Some(&recovery(2)), later).unwrap();
    assert_eq!(last.by(), PassedBy::RecoveryCode { codes_left: 0 });
    assert!(last.factor().is_on());
    let replaced = factor.replace_recovery_codes(vec![recovery_code(3).hash()]).unwrap();
    assert_eq!(replaced.check(Some(&recovery(2)), START), Err(Refusal::WrongCode));
    assert!(replaced.check(Some(&recovery(3)), START).is_ok());
}

#[test]
fn an_administrator_without_a_required_factor_has_no_rights() {
    let email = EmailAddress::parse("ann@example.com").unwrap();
    let ann = User::sign_up(user_id(), (email, Language::English), "hash".to_owned(), START);
    let Decided::Applied(admin, ()) = ann.grant_admin() else { panic!() };
    let session = Id::from_bytes([2; 12]).into();
    let rights = |user: &User, factor: &SecondFactor, rule| {
        let account = user.clone().admit().unwrap();
        Authenticated::by_session(account, session, factor).is_administrator(rule)
    };
    for (factor, expected) in [(off(), false), (pending(), false), (on(), true)] {
        assert_eq!(rights(&admin, &factor, AdministratorFactor::Required), expected);
        assert!(rights(&admin, &factor, AdministratorFactor::Optional));
        assert!(!rights(&ann, &factor, AdministratorFactor::Required));
        assert!(!rights(&ann, &factor, AdministratorFactor::Optional));
    }
}

#[test]
fn a_stored_factor_is_read_back_and_hidden_in_debug_output() {
    for factor in [off(), pending(), on()] {
        let stored = serde_json::to_value(&factor).unwrap();
        assert_eq!(serde_json::from_value::<SecondFactor>(stored).unwrap(), factor);
        let debug = format!("{factor:?}");
        let hash = serde_json::to_value(recovery_code(1).hash()).unwrap();
        assert!(!debug.contains("GEZDGNBV") && !debug.contains(hash.as_str().unwrap()), "{debug}");
    }
}
