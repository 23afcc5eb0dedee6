//! Refusals and outages, as pages: a sentence, a next step, and the request's id.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::problem::Problem;

/// Why a page cannot be shown.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Failure {
    /// The visitor must sign in first.
    #[error("sign in first")]
    SignIn,
    /// There is no such page, or nothing of that name.
    #[error("not found")]
    NotFound,
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

impl Failure {
    /// A form that cannot be sent on; the rule.
    pub(crate) fn refused(rule: impl Into<String>) -> Self {
        Self::Problem(Box::new(Problem {
            status: 422,
            code: "invalid_request".to_owned(),
            detail: rule.into(),
            errors: Vec::new(),
            retry_after: None,
        }))
    }

    /// Another service did not respond.
    pub(crate) fn unreachable(error: reqwest::Error) -> Self {
        tracing::warn!(error = %error.without_url(), "another service does not respond");
        Self::Unavailable
    }

    /// Another service responded in a form that is not known here.
    pub(crate) fn unreadable(error: &serde_json::Error) -> Self {
        tracing::error!(%error, "cannot read a response");
        Self::Internal
    }

    /// Whether another service refused because the address of the account is not verified.
    pub(crate) fn needs_verification(&self) -> bool {
        self.code() == Some("address_unverified")
    }

    /// The problem code of a refusal by another service.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => Some(&problem.code),
            Self::SignIn
            | Self::NotFound
            | Self::Invalid(_)
            | Self::Unavailable
            | Self::Internal => None,
        }
    }

    /// Whether a transfer was accepted or has ended.
    pub(crate) fn is_of_ended_transfer(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.code == "transfer_ended")
    }

    /// Whether the link of a mail has no effect: it was used, has expired, or is not complete.
    pub(crate) fn is_of_ended_link(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.concerns("token"))
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::SEE_OTHER,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Problem(problem) => {
                StatusCode::from_u16(problem.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
            }
        }
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
            Err(error) => Self::unreadable(&error),
        }
    }
}
