//! Tokens and signatures that another party made, or that were valid once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::Timestamp;
use hmac::{Hmac, Mac as _};
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::{Algorithm, Header, decode_header};
use provider_simulator::signature;
use serde_json::{Value, json};
use service::SessionKey;
use sha2::Sha256;
use std::time::Duration;
use testing::Platforms;

use crate::test_marketplace::WEBHOOK_SECRET;

/// `{"alg":"none","typ":"JWT"}`
const UNSIGNED: &str = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";

/// A copy of a valid token with the change that the word names.
pub(crate) fn token(word: &str, good: &str, platforms: &Platforms) -> String {
    let (signed, mac) = good.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    match word {
        "unsigned token" => format!("{UNSIGNED}.{claims}."),
        "token that says it is unsigned" => format!("{UNSIGNED}.{claims}.{mac}"),
        "token without a signature" => format!("{header}.{claims}."),
        "two-part token" => signed.to_owned(),
        "truncated token" => good[..good.len() - 10].to_owned(),
        "token under another's claims" => {
            let other =
                resigned(good, &other_key(), |claims| claims["sub"] = json!("1".repeat(24)));
            format!("{header}.{}.{mac}", other.split('.').nth(1).unwrap())
        }
        "token by another key" => resigned(good, &other_key(), |_| ()),
        "token by the public key" => by_the_public_key(good, &platforms.key),
        "other issuer's token" => resigned(good, &platforms.key, |claims| {
            claims["iss"] = json!("https://accounts.example");
        }),
        "other audience's token" => resigned(good, &platforms.key, |claims| {
            claims["aud"] = json!("elsewhere");
        }),
        "ended token" => resigned(good, &platforms.key, |claims| {
            claims["exp"] = json!(platforms.clock.now().unix_ms() / 1000);
        }),
        "endless token" => resigned(good, &platforms.key, |claims| {
            claims.as_object_mut().unwrap().remove("exp");
        }),
        "token with unknown user" => resigned(good, &platforms.key, |claims| {
            claims.as_object_mut().unwrap().remove("sub");
        }),
        "5 KB token" => resigned(good, &platforms.key, |claims| {
            claims["email"] = json!("x".repeat(5_000));
        }),
        word => panic!("<{word}> is not the name of a token"),
    }
}

fn other_key() -> SessionKey {
    SessionKey::from_secret(&[8; 32])
}

/// A token with changed claims, signed by a key, under the same header.
fn resigned(good: &str, key: &SessionKey, change: impl Fn(&mut Value)) -> String {
    let mut claims: Value = insecure_decode_claims(good).unwrap();
    change(&mut claims);
    let id = decode_header(good).unwrap().kid;
    web::session::sign(&claims, &key.signing_der().unwrap(), id).unwrap()
}

/// A token under a public secret: a verifier that uses the key which the token's own algorithm
/// names accepts it (RFC 8725, 2.1).
fn by_the_public_key(good: &str, key: &SessionKey) -> String {
    let header = Header { alg: Algorithm::HS256, ..decode_header(good).unwrap() };
    let header = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header).unwrap());
    let signed = format!("{header}.{}", good.split('.').nth(1).unwrap());
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.public_key()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// Signatures of an event, by their words in the tables.
pub(crate) fn signatures(body: &str, now: Timestamp) -> Vec<(String, String)> {
    let by = |secret: &str, at| signature(&[secret.to_owned()], at, body);
    let too_long = Duration::from_secs(301);
    let good = by(WEBHOOK_SECRET, now);
    let (moment, mac) = good.split_once(',').unwrap();
    [
        ("signature", good.clone()),
        ("signature by another secret", by("whsec_guessed", now)),
        ("signature of 301 s ago", by(WEBHOOK_SECRET, now.minus(too_long))),
        ("signature in 301 s", by(WEBHOOK_SECRET, now.plus(too_long))),
        ("signature under another body", signature(&[WEBHOOK_SECRET.to_owned()], now, "{}")),
        ("moment of the signature", moment.to_owned()),
        ("digits of the signature", mac.to_owned()),
    ]
    .map(|(word, text)| (word.to_owned(), text))
    .into()
}
