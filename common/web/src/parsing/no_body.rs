//! Commands without a body: the route and the session are the whole input.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, TRANSFER_ENCODING};
use actix_web::{FromRequest, HttpRequest};

use crate::parsing::media_type;
use crate::responses::problem::Problem;

/// No body, or an ignored one. A body that a form of another site could send is rejected here too.
///
/// # Errors
/// 415 if a body, empty or not, is declared as anything but JSON, or is not declared.
#[derive(Debug, Clone, Copy)]
pub struct NoBody;

impl FromRequest for NoBody {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let headers = request.headers();
        let is_empty = headers.get(CONTENT_LENGTH).is_none_or(|length| length == "0")
            && !headers.contains_key(TRANSFER_ENCODING);
        let is_undeclared = headers.get(CONTENT_TYPE).is_none_or(HeaderValue::is_empty);
        let checked =
            if is_empty && is_undeclared { Ok(()) } else { media_type::check_json(request) };
        ready(checked.map(|()| Self))
    }
}
