//! Ids in paths.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::responses::code::Code;
use crate::responses::problem::Problem;

/// The `{id}` of the path.
///
/// # Errors
/// 400 `invalid_id` unless it is 24 hex digits.
#[derive(Debug, Clone, Copy)]
pub struct PathId<T>(pub T);

impl<T> Deref for PathId<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: FromStr> FromRequest for PathId<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().query("id").parse().map(Self);
        ready(id.map_err(|_| {
            Problem::new(Code::INVALID_ID).error("id", contract::id::NotAnId.to_string())
        }))
    }
}
