//! A signed-in user.

use contract::{SessionId, Timestamp, UserId};
use service::SessionKey;
use web::session::{AUDIENCE, Claims, ISSUER, Jwk};

use crate::reply::Reply;

/// A user with a session cookie.
#[derive(Debug, Clone)]
pub struct User {
    /// The account.
    pub id: UserId,
    /// The `Cookie` header.
    pub cookie: String,
}

impl User {
    /// The user that a response signs in, with every cookie that it sets.
    pub fn of(reply: &Reply) -> Self {
        Self { id: reply.id().unwrap(), cookie: reply.cookies() }
    }

    /// The user that a response signs in, with the session token alone.
    pub fn by_token(reply: &Reply) -> Self {
        let [token, ..] = reply.cookie_pairs()[..] else { panic!("no cookie: {}", reply.body) };
        Self { id: reply.id().unwrap(), cookie: token.to_owned() }
    }

    /// The same browser after a response: its cookies and those of the response.
    #[must_use]
    pub fn with_cookies(&self, reply: &Reply) -> Self {
        Self { id: self.id, cookie: format!("{}; {}", self.cookie, reply.cookies()) }
    }
}

/// Permissions of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// Permissions of a user.
    User,
    /// Permissions of an administrator.
    Admin,
}

/// The claims of a session of an account, from now for one hour.
pub fn claims(user: UserId, session: SessionId, rank: Rank, now: Timestamp) -> Claims {
    let iat = now.unix_ms() / 1000;
    Claims {
        sub: user,
        sid: session,
        email: format!("{user}@example.com"),
        admin: rank == Rank::Admin,
        verified: true,
        trades: true,
        epoch: 0,
        iat,
        exp: iat + 3_600,
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
    }
}

/// Signs claims as auth does.
pub fn sign(claims: &Claims, key: &SessionKey) -> String {
    sign_as(claims, key, Some(Jwk::of(&key.public_key()).kid))
}

/// Signs claims with a key, under any key id.
pub fn sign_as(claims: &Claims, key: &SessionKey, kid: Option<String>) -> String {
    web::session::sign(claims, &key.signing_der().unwrap(), kid).unwrap()
}
