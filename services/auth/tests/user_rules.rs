//! Accounts and sessions: "twice equals once", and nothing personal in a debug line.

use std::time::Duration;

use auth::domain::{
    Admitted, Authenticated, Device, EmailAddress, Lifetimes, NewPassword, Password, Refusal,
    SecondFactor, Session, User,
};
use contract::user::AccountStatus;
use contract::{Decided, Id, Language, Timestamp};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);

fn ann() -> User {
    let email = EmailAddress::parse("ann@example.com").unwrap();
    User::sign_up(
        Id::from_bytes([1; 12]).into(),
        (email, Language::English),
        "hash".to_owned(),
        NOW,
    )
}

#[test]
fn bans_and_grants_happen_once() {
    let Decided::Applied(banned, ()) = ann().ban() else { panic!() };
    assert_eq!((banned.status, banned.epoch, banned.version), (AccountStatus::Banned, 1, 2));
    assert_eq!(banned.ban(), Decided::AlreadyApplied);
    let Decided::Applied(admin, ()) = ann().grant_admin() else { panic!() };
    assert!(admin.admin && admin.epoch == 1);
    assert_eq!(admin.grant_admin(), Decided::AlreadyApplied);
    let Decided::Applied(lifted, ()) = banned.unban() else { panic!() };
    assert_eq!((lifted.status, lifted.epoch, lifted.version), (AccountStatus::Active, 1, 3));
    assert_eq!((lifted.unban(), ann().unban()), (Decided::AlreadyApplied, Decided::AlreadyApplied));
    let Decided::Applied(user, ()) = admin.revoke_admin() else { panic!() };
    assert!(!user.admin && user.epoch == 2);
    assert_eq!(user.revoke_admin(), Decided::AlreadyApplied);
}

#[test]
fn a_session_is_signed_out_once() {
    assert!(begun(&ann()).sign_out(NOW).unwrap().sign_out(NOW).is_none());
}

const LIFETIMES: Lifetimes = Lifetimes {
    token: Duration::from_mins(10),
    idle: Duration::from_hours(1),
    absolute: Duration::from_mins(90),
};

fn admitted(user: &User) -> Admitted {
    user.clone().admit().unwrap()
}

fn begun(user: &User) -> Session {
    let (id, device) = (Id::from_bytes([2; 12]).into(), Device::of("Browser/1"));
    let passed = SecondFactor::off(user.id).check(None, NOW).unwrap();
    let account = Authenticated::by_sign_in(admitted(user), &passed);
    Session::begin(id, &account, device, "hash".to_owned(), NOW, LIFETIMES)
}

#[test]
fn a_session_is_renewed_up_to_its_maximum_lifetime() {
    let (ann, minutes) = (ann(), |minutes| NOW.plus(Duration::from_mins(minutes)));
    let just = Duration::from_millis(1);
    let session = begun(&ann);
    let ann = admitted(&ann);
    assert_eq!(session.ends_at, minutes(60));
    assert!(session.renew("hash", &ann, minutes(60), LIFETIMES).is_none(), "nobody came");
    let renewed = session.renew("hash", &ann, minutes(60).minus(just), LIFETIMES).unwrap();
    assert_eq!((renewed.ends_at, renewed.last_seen_at()), (minutes(90), minutes(60).minus(just)));
    assert!(renewed.renew("hash", &ann, minutes(90), LIFETIMES).is_none(), "over for good");
    let last = minutes(90).minus(just);
    let renewed = renewed.renew("hash", &ann, last, LIFETIMES).unwrap();
    assert_eq!(renewed.token_ends_at(last, LIFETIMES), minutes(90), "no token outlives it");
}

#[test]
fn a_session_is_renewed_only_with_its_secret_for_an_admitted_user() {
    let ann = ann();
    let session = begun(&ann);
    let renews = |session: &Session, hash: &str, user: &User| {
        session.renew(hash, &admitted(user), NOW, LIFETIMES).is_some()
    };
    assert!(renews(&session, "hash", &ann));
    assert!(!renews(&session, "another", &ann));
    assert!(!renews(&session, "", &ann));
    let out = session.sign_out(NOW).unwrap();
    assert!(!renews(&out, "hash", &ann));
    assert!(!renews(&session, "hash", &ann.end_sessions()));
    assert!(!renews(&session, "hash", &ann.change_password("other".to_owned())));
    let Decided::Applied(banned, ()) = ann.ban() else { panic!() };
    assert!(!session.is_alive(&banned, NOW));
    assert_eq!(banned.admit(), Err(Refusal::Banned), "so no session begins or is renewed");
    assert!(renews(&session, "hash", &ann.rehash_password("stronger".to_owned())));
}

#[test]
fn a_device_is_printable_and_bounded() {
    assert_eq!(Device::of(" Fire\u{7}fox/1 \n(é) ").as_str(), "Firefox/1 ()");
    assert_eq!(Device::of(&"x".repeat(1_000)).as_str().len(), 200);
}

#[test]
fn addresses_and_passwords_are_hidden_from_logs() {
    let email = EmailAddress::parse("ann@example.com").unwrap();
    let password = Password::try_from("a fine password".to_owned()).unwrap();
    let new = NewPassword::try_from("a fine password".to_owned()).unwrap();
    let debug = format!("{email:?} {password:?} {new:?}");
    assert!(!debug.contains("ann") && !debug.contains("fine"), "{debug}");
}

proptest! {
    #[test]
    fn every_end_of_sessions_raises_the_epoch(steps in prop::collection::vec(0..4, 0..20)) {
        let mut user = ann();
        for step in steps {
            let before = user.clone();
            let changed = match step {
                0 => Decided::applied(user.end_sessions()),
                1 => Decided::applied(user.change_password("other".to_owned())),
                2 => user.ban(),
                _ => user.grant_admin(),
            };
            if let Decided::Applied(changed, ()) = changed {
                user = *changed;
                prop_assert_eq!(user.epoch, before.epoch + 1);
            }
        }
    }

    #[test]
    fn no_text_makes_parsing_panic(text in ".{0,300}") {
        let _ = EmailAddress::parse(&text);
        let _ = NewPassword::try_from(text);
    }
}
