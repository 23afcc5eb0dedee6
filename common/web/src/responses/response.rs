//! A complete HTTP response as a value: decisions return it, and idempotency records store it.

mod responder;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::seen_storage::Version;

/// Status, headers and body of a response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    /// Versions that later requests of the session wait for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) seen: Vec<Version>,
}

impl Response {
    /// A response with a JSON body.
    pub fn json(status: StatusCode, body: &impl Serialize) -> Self {
        match serde_json::to_string(body) {
            Ok(body) => Self { body, ..Self::empty(status) },
            Err(error) => {
                // Views are plain structs with text keys; a view without a JSON form is a bug.
                tracing::error!(%error, "a response has no JSON form");
                Self::empty(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    /// 200 with a JSON body.
    pub fn ok(body: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// 201 with a JSON body and the location of the created resource.
    pub fn created(location: impl Into<String>, body: &impl Serialize) -> Self {
        Self::json(StatusCode::CREATED, body).header("Location", location)
    }

    /// 200 with a body that already is JSON.
    pub(crate) fn json_text(body: String) -> Self {
        Self { body, ..Self::empty(StatusCode::OK) }
    }

    /// A response with a body of this media type.
    pub fn text(status: StatusCode, media_type: &str, body: String) -> Self {
        Self { body, ..Self::empty(status) }.header("Content-Type", media_type)
    }

    /// 204 without a body.
    pub fn no_content() -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }

    /// 202 without a body: the effect follows.
    pub fn accepted() -> Self {
        Self::empty(StatusCode::ACCEPTED)
    }

    fn empty(status: StatusCode) -> Self {
        Self { status: status.as_u16(), headers: Vec::new(), body: String::new(), seen: Vec::new() }
    }

    /// Sets a header; replaces one of the same name unless it is `Set-Cookie`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        if !name.eq_ignore_ascii_case("set-cookie") {
            self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        }
        self.headers.push((name, value.into()));
        self
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The body; empty without one.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Builds the actix response.
    #[must_use]
    pub fn into_http(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        if !self.body.is_empty() {
            response.content_type("application/json");
        }
        for (name, value) in &self.headers {
            let header = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value));
            if let (Ok(name), Ok(value)) = header {
                if name == actix_web::http::header::SET_COOKIE {
                    response.append_header((name, value));
                } else {
                    response.insert_header((name, value));
                }
            }
        }
        response.body(self.body)
    }
}
