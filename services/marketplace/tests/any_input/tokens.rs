//! Session tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::{Id, Timestamp};
use proptest::prelude::*;
use service::SessionKey;
use testing::Platforms;
use testing::user::{Rank, claims, sign};
use web::session::Claims;

use crate::mutation::{cases, text_like};

fn good(now: Timestamp) -> Claims {
    claims(Id::from_bytes([1; 12]).into(), Id::from_bytes([2; 12]).into(), Rank::User, now)
}

/// A token with other claims in its middle part and the old signature.
fn forged(token: &str, claims: &Claims) -> String {
    let middle = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).unwrap());
    let parts: Vec<&str> = token.split('.').collect();
    format!("{}.{middle}.{}", parts[0], parts[2])
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_changed_token_is_invalid_or_has_the_same_claims(
        text in text_like(&sign(&good(Platforms::in_memory().clock.now()), &Platforms::in_memory().key)),
    ) {
        let platforms = Platforms::in_memory();
        // The last digit of a signature has unused bits, so a changed token may be valid: with the
        // same claims.
        if let Some(found) = platforms.sessions().verify(&text) {
            prop_assert_eq!(found, good(platforms.clock.now()));
        }
    }

    #[test]
    fn only_the_key_of_auth_signs_valid_tokens(secret: [u8; 32], user: [u8; 12], epoch: u64, is_admin: bool) {
        let platforms = Platforms::in_memory();
        let user = Id::from_bytes(user).into();
        let wanted = Claims { sub: user, epoch, admin: is_admin, ..good(platforms.clock.now()) };
        prop_assert!(platforms.sessions().verify(&sign(&wanted, &SessionKey::from_secret(&secret))).is_none());
        let real = sign(&wanted, &platforms.key);
        prop_assert_eq!(platforms.sessions().verify(&real), Some(wanted.clone()));
        let other = Claims { admin: !is_admin, ..wanted.clone() };
        prop_assert!(platforms.sessions().verify(&forged(&real, &other)).is_none());
        prop_assert_eq!(platforms.sessions().verify(&forged(&real, &wanted)), Some(wanted), "the forger can write");
    }
}
