//! Refusals and outages, as pages: a sentence, a next step, and the request's id.

use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use askama::Template;

use crate::api::Problem;
use crate::language::Language;
use crate::visit::Visit;

/// Why a page cannot be shown.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Failure {
    /// The visitor must sign in first.
    #[error("sign in first")]
    SignIn,
    /// There is no such page, or nothing of that name.
    #[error("not found")]
    NotFound,
    /// The visitor has no right to it.
    #[error("forbidden")]
    Forbidden,
    /// The form is not readable; the rule.
    #[error("{0}")]
    Invalid(&'static str),
    /// Another service refused.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    /// Another service or the store does not respond.
    #[error("unavailable")]
    Unavailable,
    /// A bug.
    #[error("internal")]
    Internal,
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'v> {
    visit: &'v Visit,
    t: Language,
    title: &'static str,
    text: String,
    detail: Option<&'v str>,
    request_id: &'v str,
    /// Seconds until a repeat is not one too many.
    wait_s: Option<u32>,
    /// Whether the same page may be shown later.
    may_repeat: bool,
}

impl Failure {
    /// A form that cannot be sent on; the rule.
    pub(crate) fn refused(rule: impl Into<String>) -> Self {
        Self::Problem(Box::new(Problem {
            status: 422,
            code: "invalid_request".to_owned(),
            detail: rule.into(),
            errors: Vec::new(),
            request_id: String::new(),
            retry_after: None,
        }))
    }

    /// Another service did not respond.
    pub(crate) fn unreachable(error: reqwest::Error) -> Self {
        tracing::warn!(error = %error.without_url(), "another service does not respond");
        Self::Unavailable
    }

    /// Another service responded in a form that is not known here.
    pub(crate) fn unreadable(error: serde_json::Error) -> Self {
        tracing::error!(%error, "cannot read a response");
        Self::Internal
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::SEE_OTHER,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Problem(problem) => {
                StatusCode::from_u16(problem.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
            }
        }
    }

    /// The page, in the visitor's language. A visitor who must sign in is sent there and back.
    pub(crate) fn page(&self, visit: &Visit, request_id: &str) -> HttpResponse {
        let status = self.status();
        if matches!(self, Self::SignIn) || status == StatusCode::UNAUTHORIZED {
            let place = format!("/signin?return={}", visit.return_path());
            return HttpResponse::SeeOther().insert_header((LOCATION, place)).finish();
        }
        let t = visit.language();
        let retry_after = match self {
            Self::Problem(problem) => problem.retry_after,
            Self::Unavailable => Some(1),
            _ => None,
        };
        let (title, text) = match status.as_u16() {
            404 => (t.not_found_title(), t.not_found_text().to_owned()),
            403 => (t.forbidden_title(), t.forbidden_text().to_owned()),
            409 | 412 => (t.conflict_title(), String::new()),
            429 => {
                let seconds = t.number(retry_after.unwrap_or(1));
                (t.too_many_title(), t.too_many_text(&seconds))
            }
            400..=499 => (t.invalid_title(), String::new()),
            503 => (t.unavailable_title(), t.unavailable_text().to_owned()),
            _ => (t.internal_title(), String::new()),
        };
        let detail = match self {
            Self::Problem(problem) if status.is_client_error() => Some(problem.detail.as_str()),
            Self::Invalid(rule) => Some(*rule),
            _ => None,
        };
        let wait_s = retry_after.filter(|_| status == StatusCode::TOO_MANY_REQUESTS);
        let may_repeat = wait_s.is_some() || status.is_server_error();
        let page = FailurePage { visit, t, title, text, detail, request_id, wait_s, may_repeat };
        let mut response = visit.render(status, &page);
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// The body without a visitor; `pages::around` replaces it by the page.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status())
    }
}

impl From<store::Unavailable> for Failure {
    fn from(unavailable: store::Unavailable) -> Self {
        let error = unavailable.chain();
        if unavailable.is_reported() {
            tracing::debug!(error, "page failed");
        } else {
            tracing::error!(error, "page failed");
        }
        Self::Unavailable
    }
}

impl From<web::Problem> for Failure {
    fn from(problem: web::Problem) -> Self {
        let id = web::current_request_id();
        let response = problem.into_response(&id);
        match serde_json::from_str(response.body()) {
            Ok(problem) => Self::Problem(Box::new(problem)),
            Err(error) => Self::unreadable(error),
        }
    }
}
