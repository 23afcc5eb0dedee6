//! Who is asking.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use contract::{SessionId, Timestamp, UserId};

use super::{Claims, Sessions};
use crate::code::Code;
use crate::problem::Problem;

/// Somebody with a good session.
///
/// # Errors
/// 401 `not_signed_in`.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The account.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    /// The account's e-mail address.
    pub email: String,
    /// What it may do.
    pub rank: Rank,
    /// When the token ends.
    pub token_ends_at: Timestamp,
}

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// What everybody may.
    User,
    /// What administrators may.
    Admin,
}

/// An administrator with a good session.
///
/// # Errors
/// 401 `not_signed_in`, 403 `forbidden`.
#[derive(Debug, Clone)]
pub struct Admin(pub SignedIn);

/// Somebody with a good session, or nobody.
#[derive(Debug, Clone)]
pub struct MaybeSignedIn(pub Option<SignedIn>);

fn who(request: &HttpRequest) -> Option<SignedIn> {
    let sessions = request.app_data::<Data<Sessions>>()?;
    let claims = sessions.claims_of(request).next()?;
    let rank = if claims.admin { Rank::Admin } else { Rank::User };
    let token_ends_at = claims.ends_at();
    let Claims { sub: user, sid: session, email, .. } = claims;
    Some(SignedIn { user, session, email, rank, token_ends_at })
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(who(request).ok_or_else(|| Problem::new(Code::NOT_SIGNED_IN)))
    }
}

impl FromRequest for Admin {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match who(request) {
            Some(who) if who.rank == Rank::Admin => Ok(Self(who)),
            Some(_) => Err(Problem::new(Code::FORBIDDEN)),
            None => Err(Problem::new(Code::NOT_SIGNED_IN)),
        })
    }
}

impl FromRequest for MaybeSignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(who(request))))
    }
}
