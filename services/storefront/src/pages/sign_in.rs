//! GET and POST /signin

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use reqwest::Method;
use serde_json::Value;

use super::refused::{refused, status_of_form};
use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::paths::own_path;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    /// Whether the account needs a code. The form does not repeat the password, which would be in
    /// the page and in the browser's cache: the visitor enters it once more.
    needs_code: bool,
    done: Option<&'static str>,
}

/// The form; `return` is the path to come back to.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    let form = visit.query()?;
    let t = visit.language();
    let done = form.is("done", "password").then(|| t.done_reset());
    let form = Form::of([("return", own_path(form.given("return")))]);
    Ok(visit.show(&SignInPage { visit: &visit, t, form, needs_code: false, done }))
}

/// Starts a session.
pub(crate) async fn sign_in(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    let body: Value = form.texts(&["email", "password", "code"]).into();
    let call = (Target::Auth, Method::POST, "/api/users/signin");
    let called = visit.ports().api.call::<Value>(&visit, call, Some(&body), None).await;
    let Err(failure) = called else {
        return Ok(visit.go_to(own_path(form.given("return"))));
    };
    let t = visit.language();
    let mut needs_code = form.given("code").is_some();
    let (status, form) = match failure {
        // The form with a further field, and no error.
        Failure::Problem(problem) if problem.code == "second_factor_required" => {
            needs_code = true;
            (StatusCode::OK, form)
        }
        Failure::Problem(problem) if problem.status == 401 && !problem.concerns("code") => {
            let status = status_of_form(StatusCode::UNAUTHORIZED);
            (status, form.with_error(None, t.wrong_credentials()))
        }
        other => refused(t, form, other)?,
    };
    // A code is valid once.
    let form = form.with("code", "");
    let page = SignInPage { visit: &visit, t, form, needs_code, done: None };
    Ok(visit.render(status, &page))
}
