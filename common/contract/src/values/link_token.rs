//! The token of a one-time link: the end of its URL.

use crate::Id;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// Length of a secret in URL-safe base64: 32 bytes.
const SECRET_CHARACTERS: usize = 43;

/// The end of a mailed link: the id of the link, a full stop and the secret. Only the hash of the
/// secret is kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct LinkToken {
    /// The link.
    pub id: Id,
    /// SHA-256 of the secret.
    pub secret_hash: String,
}

/// The rule of a token; it follows the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the last part of a mailed link")]
pub struct NotAToken;

impl TryFrom<String> for LinkToken {
    type Error = NotAToken;

    fn try_from(text: String) -> Result<Self, NotAToken> {
        let (id, secret) = text.trim().split_once('.').ok_or(NotAToken)?;
        let is_of_secret = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if secret.len() != SECRET_CHARACTERS || !secret.bytes().all(is_of_secret) {
            return Err(NotAToken);
        }
        let id = id.parse().map_err(|_| NotAToken)?;
        Ok(Self { id, secret_hash: format!("{:x}", Sha256::digest(secret)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_an_id_and_a_secret() {
        let secret = "A".repeat(SECRET_CHARACTERS);
        let parse = |text: &str| LinkToken::try_from(text.to_owned());
        let token = parse(&format!(" 0123456789abcdef01234567.{secret}\n")).unwrap();
        assert!(!format!("{token:?}").contains(&secret));
        for bad in [
            String::new(),
            secret.clone(),
            format!("0123456789abcdef0123456.{secret}"),
            format!("0123456789abcdef01234567.{secret}A"),
            format!("0123456789abcdef01234567.{}", &secret[1..]),
            format!("0123456789abcdef01234567.{}é", &secret[2..]),
        ] {
            assert_eq!(parse(&bad), Err(NotAToken), "{bad}");
        }
    }
}
