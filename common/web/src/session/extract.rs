//! Who is asking.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use contract::{SessionId, UserId};

use super::Sessions;
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

enum Rank {
    User(SignedIn),
    Admin(SignedIn),
}

fn who(request: &HttpRequest) -> Option<Rank> {
    let sessions = request.app_data::<Data<Sessions>>()?;
    let claims = sessions.verify(sessions.cookie.token(request)?)?;
    let who = SignedIn { user: claims.sub, session: claims.sid, email: claims.email };
    Some(if claims.admin { Rank::Admin(who) } else { Rank::User(who) })
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match who(request) {
            Some(Rank::User(who) | Rank::Admin(who)) => Ok(who),
            None => Err(Problem::new(Code::NotSignedIn)),
        })
    }
}

impl FromRequest for Admin {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match who(request) {
            Some(Rank::Admin(who)) => Ok(Self(who)),
            Some(Rank::User(_)) => Err(Problem::new(Code::Forbidden)),
            None => Err(Problem::new(Code::NotSignedIn)),
        })
    }
}

impl FromRequest for MaybeSignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(match who(request) {
            Some(Rank::User(who) | Rank::Admin(who)) => Some(who),
            None => None,
        })))
    }
}
