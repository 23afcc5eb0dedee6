//! Problem codes: the kind of a problem, for programs. The codes here are general. Each service
//! declares the codes of its own rules, with [`codes!`](crate::codes).

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

pub use actix_web::http::StatusCode;

/// A problem code: its name, and the status and the title of every problem that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The HTTP status of every response with the code.
    pub status: StatusCode,
    /// The code as text.
    pub text: &'static str,
    /// A short sentence that is the same for every problem of this code.
    pub title: &'static str,
}

/// Declares the problem codes of a service, with status, name and title, and the list `ALL`.
///
/// ```
/// web::codes! {
///     /// Every seat is taken.
///     FULL = CONFLICT, "full", "No seat is left";
/// }
/// assert_eq!(FULL.status, 409);
/// assert_eq!(ALL, [FULL]);
/// ```
#[macro_export]
macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $status:ident, $text:literal, $title:literal;)+) => {
        $(
            $(#[$doc])*
            pub const $code: $crate::Code =
                $crate::Code::new($crate::code::StatusCode::$status, $text, $title);
        )+

        /// Every code declared here.
        pub const ALL: &[$crate::Code] = &[$($code),+];
    };
}

/// Declares the general codes as constants of [`Code`].
macro_rules! general {
    ($($(#[$doc:meta])* $code:ident = $status:ident, $text:literal, $title:literal;)+) => {
        impl Code {
            $(
                $(#[$doc])*
                pub const $code: Self = Self::new(StatusCode::$status, $text, $title);
            )+

            /// The codes of every service.
            pub const GENERAL: &[Self] = &[$(Self::$code),+];
        }
    };
}

general! {
    /// The body is not JSON.
    MALFORMED_JSON = BAD_REQUEST, "malformed_json", "The body is not valid JSON";
    /// Fields of the body, the path, the query or a header are invalid; `errors` names each.
    INVALID_REQUEST = BAD_REQUEST, "invalid_request", "The request is invalid";
    /// An id in the path is not an id.
    INVALID_ID = BAD_REQUEST, "invalid_id", "The id is not 24 hex digits";
    /// The request has no valid session.
    NOT_SIGNED_IN = UNAUTHORIZED, "not_signed_in", "Sign-in is required";
    /// The resource belongs to another user, or to administrators only.
    FORBIDDEN = FORBIDDEN, "forbidden", "Access is denied";
    /// The account's e-mail address is not verified, and the marketplace requires it.
    ADDRESS_UNVERIFIED = FORBIDDEN, "address_unverified",
        "The e-mail address of the account is not verified";
    /// Another site made the browser send the request.
    CROSS_SITE = FORBIDDEN, "cross_site", "Requests from other sites are rejected";
    /// The route does not exist, or no resource of the user has this id.
    NOT_FOUND = NOT_FOUND, "not_found", "Not found";
    /// The route does not support this method.
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED, "method_not_allowed", "The method is not allowed here";
    /// The current version does not meet `If-Match` or `If-None-Match`.
    PRECONDITION_FAILED = PRECONDITION_FAILED, "precondition_failed",
        "The current version does not meet the precondition";
    /// The body did not arrive in time.
    REQUEST_TIMEOUT = REQUEST_TIMEOUT, "request_timeout", "The request took too long to arrive";
    /// The path and the query are too long.
    URI_TOO_LONG = URI_TOO_LONG, "uri_too_long", "The URI is too long";
    /// The headers are too large.
    HEADERS_TOO_LARGE = REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large",
        "The headers are too large";
    /// The body is too large.
    TOO_LARGE = PAYLOAD_TOO_LARGE, "too_large", "The body is too large";
    /// The body is not declared as JSON.
    UNSUPPORTED_MEDIA_TYPE = UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type",
        "The body must be application/json";
    /// The idempotency key was used with another request.
    IDEMPOTENCY_KEY_REUSED = UNPROCESSABLE_ENTITY, "idempotency_key_reused",
        "The idempotency key was used for another request";
    /// A rate limit is exceeded; `Retry-After` has the time until the next request may succeed.
    TOO_MANY_REQUESTS = TOO_MANY_REQUESTS, "too_many_requests", "Too many requests";
    /// Overload; a retry may succeed shortly.
    BUSY = SERVICE_UNAVAILABLE, "busy", "The service is overloaded";
    /// A dependency does not respond; a retry may succeed.
    UNAVAILABLE = SERVICE_UNAVAILABLE, "unavailable", "The service is unavailable";
    /// A bug.
    INTERNAL = INTERNAL_SERVER_ERROR, "internal", "Internal error";
}

impl Code {
    /// A code with this status, name and title.
    #[must_use]
    pub const fn new(status: StatusCode, text: &'static str, title: &'static str) -> Self {
        Self { status, text, title }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text)
    }
}

/// One code is declared with two statuses or two titles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the problem code {0} has two meanings")]
pub struct AmbiguousCode(&'static str);

/// The general codes and those of some services, sorted. Services may share a code and its meaning.
///
/// # Errors
/// [`AmbiguousCode`] for a name with two meanings.
pub fn joined(
    services: impl IntoIterator<Item = &'static [Code]>,
) -> Result<Vec<Code>, AmbiguousCode> {
    let mut known = BTreeMap::new();
    for code in [Code::GENERAL].into_iter().chain(services).flatten().copied() {
        if *known.entry(code.text).or_insert(code) != code {
            return Err(AmbiguousCode(code.text));
        }
    }
    Ok(known.into_values().collect())
}

/// The schema of a problem's `code`: one of these.
pub(crate) fn schema(codes: &[Code]) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The kind of problem, for programs."))
        .enum_values(Some(codes.iter().map(|code| code.text)))
        .into()
}

impl utoipa::PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        schema(Self::GENERAL)
    }
}

impl utoipa::ToSchema for Code {}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFLICT: StatusCode = StatusCode::CONFLICT;
    const FULL: &[Code] = &[Code::new(CONFLICT, "full", "No seat is left")];
    const OTHER_TITLE: &[Code] = &[Code::new(CONFLICT, "full", "Every seat is sold")];
    const OTHER_STATUS: &[Code] = &[Code::new(StatusCode::GONE, "full", "No seat is left")];
    const NOT_FOUND: &[Code] = &[Code::new(StatusCode::NOT_FOUND, "not_found", "No seat")];

    #[test]
    fn a_code_of_two_services_has_one_meaning() {
        let known = joined([FULL, FULL]).unwrap_or_default();
        assert_eq!(known.len(), Code::GENERAL.len() + 1);
        assert!(known.is_sorted_by_key(|code| code.text), "{known:?}");
        assert_eq!(joined([FULL, OTHER_TITLE]), Err(AmbiguousCode("full")));
        assert_eq!(joined([FULL, OTHER_STATUS]), Err(AmbiguousCode("full")));
        assert_eq!(joined([NOT_FOUND]), Err(AmbiguousCode("not_found")));
    }
}
