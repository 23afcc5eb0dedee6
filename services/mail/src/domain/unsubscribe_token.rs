//! The token of a link that switches mails off: the end of its URL.

use contract::UserId;
use serde::Deserialize;

/// Length of the secret: 16 bytes in hexadecimal digits.
const SECRET_DIGITS: usize = 32;

/// The last part of the link that switches mails off: the account and a secret.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Deserialize)]
#[debug("UnsubscribeToken(…)")]
#[serde(try_from = "String")]
pub struct UnsubscribeToken {
    /// The account.
    pub user: UserId,
    /// The secret of its preferences.
    pub secret: String,
}

/// The rule of a token; it follows the name of the field.
#[derive(Debug, thiserror::Error)]
#[error("must be the last part of a link that switches mails off")]
pub struct NotAToken;

impl TryFrom<String> for UnsubscribeToken {
    type Error = NotAToken;

    fn try_from(text: String) -> Result<Self, NotAToken> {
        let (user, secret) = text.trim().split_once('.').ok_or(NotAToken)?;
        let is_secret = secret.len() == SECRET_DIGITS
            && secret.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let user = user.parse().ok().filter(|_| is_secret).ok_or(NotAToken)?;
        Ok(Self { user, secret: secret.to_owned() })
    }
}
