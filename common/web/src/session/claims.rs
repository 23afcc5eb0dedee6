//! The claims of a session token.

use contract::{SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// The issuer of tokens.
pub const ISSUER: &str = "boxoffice";

/// The audience of tokens.
pub const AUDIENCE: &str = "boxoffice";

/// The claims of a session token (JWT, EdDSA).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The account.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// The account's e-mail address, shown to the account only.
    pub email: String,
    /// Whether the account is an administrator.
    #[serde(default)]
    pub admin: bool,
    /// Whether the owner has proved that the address receives mail.
    #[serde(default)]
    pub verified: bool,
    /// Whether the account may trade. Tokens of earlier versions have no such claim, and their
    /// accounts may.
    #[serde(default = "by_default")]
    pub trades: bool,
    /// The account's epoch at the start of the session; a later epoch ends the session.
    pub epoch: u64,
    /// Time of issue, in seconds since 1970; at most `TOKEN_LIFETIME_MAX` before `exp`.
    pub iat: i64,
    /// Time of expiry, in seconds since 1970.
    pub exp: i64,
    /// [`ISSUER`]
    pub iss: String,
    /// [`AUDIENCE`]
    pub aud: String,
}

const fn by_default() -> bool {
    true
}

impl Claims {
    /// When the token expires.
    #[must_use]
    pub fn ends_at(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.exp.saturating_mul(1000))
    }
}
