//! The page of a refusal or an outage: a sentence, a next step, and the request's id.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, RETRY_AFTER};
use askama::Template;

use crate::failure::Failure;
use crate::language::Language;
use crate::paths::own_path;
use crate::visit::Visit;

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
    again: &'v str,
    /// Whether the address of the account must be verified first.
    needs_verification: bool,
}

/// A page that loads itself again, from this site.
#[derive(Template)]
#[template(path = "arrival.html")]
struct Arrival {
    t: Language,
}

impl Failure {
    /// The page, in the visitor's language. A visitor who must sign in is sent there and back.
    pub(crate) fn page(&self, visit: &Visit, request_id: &str) -> HttpResponse {
        let status = self.status();
        let must_sign_in = matches!(self, Self::SignIn) || status == StatusCode::UNAUTHORIZED;
        if must_sign_in && visit.comes_from_elsewhere() {
            // The cookie that renews a session comes only with requests from this site.
            return visit.render(StatusCode::OK, &Arrival { t: visit.language() });
        }
        if must_sign_in {
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
            403 if self.needs_verification() => (t.verify_title(), String::new()),
            403 => (t.forbidden_title(), t.forbidden_text().to_owned()),
            409 | 412 => (t.conflict_title(), String::new()),
            429 => {
                let seconds = t.number(retry_after.unwrap_or(1));
                (t.too_many_title(), t.too_many_text(&seconds))
            }
            400..=499 => (t.invalid_title(), String::new()),
            503 if visit.is_command() => {
                (t.unavailable_title(), t.outcome_unknown_look().to_owned())
            }
            503 => (t.unavailable_title(), t.unavailable_text().to_owned()),
            _ => (t.internal_title(), String::new()),
        };
        // The texts of services, and rules for programs, are English.
        let is_readable = t.code() == "en";
        let detail = match self {
            Self::Problem(problem) if status.is_client_error() => t
                .refusal(&problem.code, &problem.detail)
                .or_else(|| is_readable.then_some(problem.detail.as_str())),
            Self::Invalid(rule) => is_readable.then_some(*rule),
            _ => None,
        };
        let wait_s = retry_after.filter(|_| status == StatusCode::TOO_MANY_REQUESTS);
        let may_repeat = wait_s.is_some() || status.is_server_error();
        let again = own_path(Some(visit.page_path()));
        let needs_verification = self.needs_verification();
        let page = FailurePage {
            visit,
            t,
            title,
            text,
            detail,
            request_id,
            wait_s,
            may_repeat,
            again,
            needs_verification,
        };
        let mut response = visit.render(status, &page);
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}
