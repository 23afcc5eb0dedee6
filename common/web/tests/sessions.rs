//! Tokens: valid only if signed by auth, for this audience, unexpired and not revoked.

use std::time::Duration;

use contract::session::{RevocationState, Revoked};
use contract::{Id, SessionId, Timestamp, UserId};
use service::SessionKey;
use testing::Platforms;
use testing::user::{Rank, claims, sign, sign_as};
use web::Sessions;
use web::session::{Claims, CookieKind, Jwk};

fn user() -> UserId {
    Id::from_bytes([1; 12]).into()
}

fn session() -> SessionId {
    Id::from_bytes([2; 12]).into()
}

/// Verification of sessions, and claims that it accepts.
fn fixture() -> (Platforms, Sessions, Claims) {
    let platforms = Platforms::in_memory();
    let sessions = platforms.sessions();
    let good = claims(user(), session(), Rank::User, platforms.clock.now());
    (platforms, sessions, good)
}

/// Whether a token with these claims, signed by auth, is valid.
fn is_good(platforms: &Platforms, sessions: &Sessions, claims: &Claims) -> bool {
    sessions.verify(&sign(claims, &platforms.key)).is_some()
}

#[test]
fn a_token_is_valid_until_it_expires() {
    let (platforms, sessions, good) = fixture();
    assert!(is_good(&platforms, &sessions, &good));
    platforms.hand().advance(Duration::from_millis(3_599_999));
    assert!(is_good(&platforms, &sessions, &good));
    platforms.hand().advance(Duration::from_millis(1));
    assert!(!is_good(&platforms, &sessions, &good), "also when it was cached as valid");
}

#[test]
fn tokens_of_another_issuer_audience_or_key_are_rejected() {
    let (platforms, sessions, good) = fixture();
    let other = |change: fn(&mut Claims)| {
        let mut claims = good.clone();
        change(&mut claims);
        claims
    };
    assert!(!is_good(&platforms, &sessions, &other(|claims| claims.iss = "another".to_owned())));
    assert!(!is_good(&platforms, &sessions, &other(|claims| claims.aud = "elsewhere".to_owned())));
    assert!(!is_good(&platforms, &sessions, &other(|claims| claims.exp = 0)));
    assert!(!is_good(&platforms, &sessions, &other(|claims| claims.exp += 1)), "lifetime too long");
    let stranger = SessionKey::from_secret(&[8; 32]);
    assert!(sessions.verify(&sign(&good, &stranger)).is_none());
    let our_id = Jwk::of(&platforms.key.public_key()).kid;
    assert!(
        sessions.verify(&sign_as(&good, &stranger, Some(our_id))).is_none(),
        "with the id of our key"
    );
    assert!(sessions.verify(&sign_as(&good, &platforms.key, None)).is_none(), "names no key");
    let token = sign(&good, &platforms.key);
    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let tampered = String::from_utf8(bytes).unwrap();
        // The last digit of the signature contains four unused bits.
        let is_padding = at == token.len() - 1;
        assert!(is_padding || sessions.verify(&tampered).is_none(), "changed at {at}");
    }
}

#[test]
fn a_token_is_valid_while_its_key_is_accepted() {
    let (platforms, sessions, good) = fixture();
    let next = SessionKey::from_secret(&[8; 32]);
    let is_good = |key| sessions.verify(&sign(&good, key)).is_some();
    assert!(is_good(&platforms.key) && !is_good(&next));
    sessions.verifier.accept(&[platforms.key.public_key(), next.public_key()]);
    assert!(is_good(&platforms.key) && is_good(&next));
    let ids: Vec<_> = sessions.verifier.keys().into_iter().map(|key| key.kid).collect();
    assert_eq!(ids, [&platforms.key, &next].map(|key| Jwk::of(&key.public_key()).kid));
    sessions.verifier.accept(&[next.public_key()]);
    assert!(!is_good(&platforms.key), "also when it was cached as valid");
    assert!(is_good(&next));
}

#[test]
fn a_revocation_ends_one_session_or_all_of_earlier_epochs() {
    let (platforms, sessions, one) = fixture();
    let now = platforms.clock.now();
    let two = Claims { sid: Id::from_bytes([3; 12]).into(), ..one.clone() };
    let later = Claims { epoch: 2, ..two.clone() };
    let revoke = |revoked: Revoked| {
        let forget_after = now.plus(Duration::from_hours(2));
        sessions.revocations.apply(&RevocationState { revoked, revoked_at: now, forget_after });
    };
    assert!(is_good(&platforms, &sessions, &one), "and remembered");
    revoke(Revoked::Session { session_id: session() });
    assert!(!is_good(&platforms, &sessions, &one));
    assert!(is_good(&platforms, &sessions, &two));
    revoke(Revoked::Account { user_id: user(), epoch: 2 });
    revoke(Revoked::Account { user_id: user(), epoch: 1 });
    assert!(!is_good(&platforms, &sessions, &two), "an older revocation changes nothing");
    assert!(is_good(&platforms, &sessions, &later));
    sessions.revocations.forget(now);
    assert!(!is_good(&platforms, &sessions, &two), "kept until its tokens expire");
    sessions.revocations.forget(Timestamp::from_unix_ms(i64::MAX));
    assert!(is_good(&platforms, &sessions, &two), "dropped once its tokens have expired");
}

#[test]
fn cookies_are_http_only_and_same_site() {
    let secure = CookieKind::Secure.set("token", Duration::from_mins(1));
    assert_eq!(secure, "__Host-session=token; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
    let plain = CookieKind::Plain.set("token", Duration::from_mins(1));
    assert_eq!(plain, "session=token; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
    assert!(CookieKind::Plain.clear().starts_with("session=; "));
    assert_eq!(
        CookieKind::Secure.set_renewal("secret", Duration::from_mins(1)),
        "__Host-renewal=secret; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure"
    );
    let cleared = CookieKind::Plain.clear_renewal();
    assert_eq!(cleared, "renewal=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
}
