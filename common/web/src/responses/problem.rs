//! Problem bodies: RFC 9457 with the extensions `code`, `requestId` and `errors`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use store::{Failure, Refusal, Unavailable};

use crate::{Code, Response, current_request_id};

/// Media type of a problem's body.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Seconds after which a client may retry during overload or an outage, unless more is known.
const RETRY_AFTER_S: u32 = 1;

/// How a client authenticates (RFC 9110, 11.6.1): by the session cookie, without a dialog.
const CHALLENGE: &str = "Cookie realm=\"boxoffice\"";

/// A refusal as the client receives it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", code.text)]
#[must_use]
pub struct Problem {
    code: Code,
    detail: Option<String>,
    errors: Vec<FieldError>,
    headers: Vec<(String, String)>,
}

/// One violated rule, and its field if it concerns one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// The violated rule: `must be 1 to 200 characters`.
    pub message: String,
    /// The field: its name in the body, the query or the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// The JSON body of a problem.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A URI for the kind of problem.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// A short sentence, the same for every problem of this code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// An explanation of this occurrence.
    pub detail: String,
    /// The kind of problem, for programs.
    pub code: Code,
    /// The request's id, as in the `X-Request-Id` header and in the logs.
    pub request_id: String,
    /// At least one entry; one for each invalid field.
    pub errors: Vec<FieldError>,
}

impl Problem {
    /// A problem of this code.
    pub fn new(code: Code) -> Self {
        let mut problem = Self { code, detail: None, errors: Vec::new(), headers: Vec::new() };
        let later = [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS];
        if later.contains(&code.status) {
            problem = problem.retry_after(RETRY_AFTER_S);
        }
        if code.status == StatusCode::UNAUTHORIZED {
            problem = problem.header("WWW-Authenticate", CHALLENGE);
        }
        problem
    }

    /// A problem with invalid fields, which the caller adds.
    pub fn invalid() -> Self {
        Self::new(Code::INVALID_REQUEST).detail("Some fields are invalid")
    }

    /// Sets the explanation of this occurrence, a sentence.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds an invalid field.
    pub fn error(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.errors.push(FieldError { field: Some(field.into()), message: message.into() });
        self
    }

    /// Adds invalid fields.
    pub fn errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors.extend(errors);
        self
    }

    /// Sets `Retry-After`.
    pub fn retry_after(self, seconds: u32) -> Self {
        self.header("Retry-After", seconds.to_string())
    }

    /// Adds a response header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The response.
    pub fn into_response(self, request_id: &str) -> Response {
        let title = self.code.title;
        let detail = self.detail.unwrap_or_else(|| title.to_owned());
        let mut errors = self.errors;
        if errors.is_empty() {
            errors.push(FieldError { message: detail.clone(), field: None });
        }
        let status = self.code.status;
        let body = ProblemBody {
            type_uri: format!("urn:boxoffice:problem:{}", self.code.text),
            title: title.to_owned(),
            status: status.as_u16(),
            detail,
            code: self.code,
            request_id: request_id.to_owned(),
            errors,
        };
        let mut response = Response::json(status, &body).header("Content-Type", PROBLEM_JSON);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response
    }
}

/// The detail when the commit may have taken effect.
const OUTCOME_UNKNOWN: &str =
    "The outcome is not known yet. Repeat the request with the same Idempotency-Key";

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status
    }

    fn error_response(&self) -> HttpResponse {
        self.clone().into_response(&current_request_id()).into_http()
    }
}

impl<R: Refusal + Into<Self>> From<Failure<R>> for Problem {
    fn from(failure: Failure<R>) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Busy => Self::new(Code::BUSY),
            Failure::Unavailable(unavailable) => unavailable.into(),
        }
    }
}

impl From<Unavailable> for Problem {
    /// Logs a request's failure, once: at debug level if the outage was logged at its start.
    fn from(unavailable: Unavailable) -> Self {
        let error = unavailable.chain();
        if unavailable.is_reported() {
            tracing::debug!(error, "request failed");
        } else {
            tracing::error!(error, "request failed");
        }
        let problem = Self::new(Code::UNAVAILABLE);
        if unavailable.is_outcome_unknown() {
            return problem.detail(OUTCOME_UNKNOWN);
        }
        problem
    }
}

impl From<store::Never> for Problem {
    fn from(never: store::Never) -> Self {
        match never {}
    }
}
