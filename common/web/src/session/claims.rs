//! What a session token says.

use contract::{SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Who issues tokens.
pub const ISSUER: &str = "boxoffice";

/// Whom tokens are for.
pub const AUDIENCE: &str = "boxoffice";

/// The claims of a session token (JWT, EdDSA).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The account.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// The account's e-mail address, for the account's own eyes.
    pub email: String,
    /// Whether the account may do what administrators may.
    #[serde(default)]
    pub admin: bool,
    /// The account's epoch when the session began; a later one ends it.
    pub epoch: u64,
    /// When it was issued, in seconds since 1970; at most [`contract::session::TOKEN_LIFETIME_MAX`] before `exp`.
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
    /// [`ISSUER`]
    pub iss: String,
    /// [`AUDIENCE`]
    pub aud: String,
}

impl Claims {
    /// When the token ends.
    #[must_use]
    pub fn ends_at(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.exp.saturating_mul(1000))
    }
}
