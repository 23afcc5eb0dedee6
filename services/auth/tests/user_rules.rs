//! Accounts and sessions: "twice equals once", and nothing personal in a debug line.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use auth::domain::{EmailAddress, NewPassword, Outcome, Password, Session, User};
use contract::user::Standing;
use contract::{Id, Timestamp};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);

fn ann() -> User {
    let email = EmailAddress::try_from("ann@example.com".to_owned()).unwrap();
    User::sign_up(Id::from_bytes([1; 12]).into(), email, "hash".to_owned(), NOW)
}

#[test]
fn bans_and_grants_happen_once() {
    let Outcome::Changed(banned) = ann().ban() else { panic!() };
    assert_eq!((banned.standing, banned.epoch, banned.version), (Standing::Banned, 1, 2));
    assert_eq!(banned.ban(), Outcome::Unchanged);
    let Outcome::Changed(admin) = ann().grant_admin() else { panic!() };
    assert!(admin.admin && admin.epoch == 1);
    assert_eq!(admin.grant_admin(), Outcome::Unchanged);
}

#[test]
fn a_session_is_signed_out_once() {
    let (id, user_id) = (Id::from_bytes([2; 12]).into(), Id::from_bytes([1; 12]).into());
    let session = Session { id, user_id, created_at: NOW, ends_at: NOW, signed_out_at: None };
    assert!(session.sign_out(NOW).unwrap().sign_out(NOW).is_none());
}

#[test]
fn addresses_and_passwords_are_hidden_from_logs() {
    let email = EmailAddress::try_from("ann@example.com".to_owned()).unwrap();
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
                0 => Outcome::Changed(Box::new(user.end_sessions())),
                1 => Outcome::Changed(Box::new(user.change_password("other".to_owned()))),
                2 => user.ban(),
                _ => user.grant_admin(),
            };
            if let Outcome::Changed(changed) = changed {
                user = *changed;
                prop_assert_eq!(user.epoch, before.epoch + 1);
            }
        }
    }

    #[test]
    fn no_text_makes_parsing_panic(text in ".{0,300}") {
        let _ = EmailAddress::try_from(text.clone());
        let _ = NewPassword::try_from(text);
    }
}
