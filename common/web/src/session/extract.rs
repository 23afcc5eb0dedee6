//! Extractors for the user of a request.

use actix_web::HttpRequest;
use actix_web::web::Data;
use contract::{SessionId, Timestamp, UserId};

use super::{Claims, Sessions};
use crate::request::extract;
use crate::{Code, Problem};

/// The user of a request with a valid session; 401 `not_signed_in` without.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The account.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    /// The account's e-mail address.
    pub email: String,
    /// Whether the owner has proved that the address receives mail.
    pub is_verified: bool,
    /// Whether the account may trade.
    pub may_trade: bool,
    /// Its rights.
    pub role: Role,
    /// When the token expires.
    pub token_ends_at: Timestamp,
}

/// The rights of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The rights of every account.
    User,
    /// The rights of administrators.
    Admin,
}

/// An administrator with a valid session; 401 `not_signed_in` or 403 `forbidden` without.
#[derive(Debug, Clone)]
pub struct Admin(pub SignedIn);

/// An account that may trade; 401 `not_signed_in` or 403 `address_unverified` without.
#[derive(Debug, Clone)]
pub struct Trader(pub SignedIn);

/// The user of a request, if it has a valid session.
#[derive(Debug, Clone)]
pub struct MaybeSignedIn(pub Option<SignedIn>);

impl From<Claims> for SignedIn {
    fn from(claims: Claims) -> Self {
        let role = if claims.admin { Role::Admin } else { Role::User };
        let token_ends_at = claims.ends_at();
        let Claims { sub: user, sid: session, email, verified, trades, .. } = claims;
        let (is_verified, may_trade) = (verified, trades);
        Self { user, session, email, is_verified, may_trade, role, token_ends_at }
    }
}

fn user_of(request: &HttpRequest) -> Option<SignedIn> {
    let sessions = request.app_data::<Data<Sessions>>()?;
    sessions.claims_of(request).next().map(SignedIn::from)
}

extract!(SignedIn, Problem, |request| {
    user_of(request).ok_or_else(|| Problem::new(Code::NOT_SIGNED_IN))
});

extract!(Admin, Problem, |request| match user_of(request) {
    Some(user) if user.role == Role::Admin => Ok(Self(user)),
    Some(_) => Err(Problem::new(Code::FORBIDDEN)),
    None => Err(Problem::new(Code::NOT_SIGNED_IN)),
});

extract!(Trader, Problem, |request| match user_of(request) {
    Some(user) if user.may_trade => Ok(Self(user)),
    Some(_) => Err(Problem::new(Code::ADDRESS_UNVERIFIED)
        .detail("Verify the e-mail address of your account first")),
    None => Err(Problem::new(Code::NOT_SIGNED_IN)),
});

extract!(MaybeSignedIn, Problem, |request| Ok(Self(user_of(request))));
