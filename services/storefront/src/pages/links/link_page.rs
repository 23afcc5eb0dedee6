//! The form of a mailed link, and the page of a link that has ended.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::api::{Reply, Target};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::message::{Message, message};
use crate::pages::refused::refused;
use crate::visit::Visit;

/// The words of a form.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) text: String,
    pub(super) button: &'static str,
}

/// The field of a password.
#[derive(Clone, Copy)]
pub(super) struct PasswordField {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) autocomplete: &'static str,
    pub(super) hint: &'static str,
}

#[derive(Template)]
#[template(path = "links/link.html")]
struct LinkPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    words: Words,
    password: Option<PasswordField>,
}

/// The form of the link in the path, with a field for a password if the link needs one.
pub(super) fn page(
    visit: &Visit,
    (status, form): (StatusCode, Form),
    words: Words,
    password: Option<PasswordField>,
) -> HttpResponse {
    visit.render(status, &LinkPage { visit, t: visit.language(), form, words, password })
}

/// Sends the secret of a link, with further fields. Errors: as of the called service.
pub(super) async fn send(
    visit: &Visit,
    (target, path): (Target, &str),
    token: &str,
    mut body: Map<String, Value>,
) -> Result<Reply<Value>, Failure> {
    body.insert("token".to_owned(), json!(token));
    let call = (target, Method::POST, path);
    visit.ports().api.call(visit, call, Some(&body.into()), None).await
}

/// The response to the use of a link: leads to `next`; for a link that has no effect, its page with
/// further steps; else the form with its errors.
pub(super) fn respond(
    visit: &Visit,
    (called, form): (Result<Reply<Value>, Failure>, Form),
    (next, steps): (&str, &[(&'static str, &'static str)]),
    form_page: impl FnOnce(&Visit, StatusCode, Form) -> HttpResponse,
) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    match called {
        Ok(_) => Ok(visit.go_to(next)),
        Err(failure) if failure.is_of_ended_link() => {
            let (title, text) = (t.link_ended_title(), t.link_ended_text());
            Ok(message(visit, failure.status(), Message { title, text, more: "", steps }))
        }
        Err(failure) => {
            let (status, form) = refused(t, form, failure)?;
            Ok(form_page(visit, status, form))
        }
    }
}
