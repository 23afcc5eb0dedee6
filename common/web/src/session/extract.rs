//! Extractors for the user of a request.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use contract::{SessionId, Timestamp, UserId};

use super::{Claims, Sessions};
use crate::responses::code::Code;
use crate::responses::problem::Problem;

/// The user of a request with a valid session.
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

/// An administrator with a valid session.
///
/// # Errors
/// 401 `not_signed_in`, 403 `forbidden`.
#[derive(Debug, Clone)]
pub struct Admin(pub SignedIn);

/// The user of a request, if it has a valid session.
#[derive(Debug, Clone)]
pub struct MaybeSignedIn(pub Option<SignedIn>);

fn user_of(request: &HttpRequest) -> Option<SignedIn> {
    let sessions = request.app_data::<Data<Sessions>>()?;
    let claims = sessions.claims_of(request).next()?;
    let role = if claims.admin { Role::Admin } else { Role::User };
    let token_ends_at = claims.ends_at();
    let Claims { sub: user, sid: session, email, .. } = claims;
    Some(SignedIn { user, session, email, role, token_ends_at })
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(user_of(request).ok_or_else(|| Problem::new(Code::NOT_SIGNED_IN)))
    }
}

impl FromRequest for Admin {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match user_of(request) {
            Some(user) if user.role == Role::Admin => Ok(Self(user)),
            Some(_) => Err(Problem::new(Code::FORBIDDEN)),
            None => Err(Problem::new(Code::NOT_SIGNED_IN)),
        })
    }
}

impl FromRequest for MaybeSignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(user_of(request))))
    }
}
