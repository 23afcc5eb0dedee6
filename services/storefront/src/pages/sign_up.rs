//! GET and POST /signup

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use reqwest::Method;
use serde_json::Value;

use super::message::{Message, message};
use super::refused::refused;
use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::paths::own_path;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUpPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    key: String,
}

/// The form; `return` is the path to come back to.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    let form = visit.query()?;
    if form.is("done", "sent") {
        return Ok(mailed(&visit));
    }
    let form = Form::of([("return", own_path(form.given("return")))]);
    let key = visit.new_key();
    Ok(visit.show(&SignUpPage { visit: &visit, t: visit.language(), form, key }))
}

/// Creates an account with a session, or requests the mail whose link creates it.
pub(crate) async fn sign_up(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    let body: Value = form.texts(&["email", "password"]).into();
    let call = (Target::Auth, Method::POST, "/api/users/signup");
    let key = form.given("key");
    let called = visit.ports().api.call::<Value>(&visit, call, Some(&body), key).await;
    let failure = match called {
        // The account exists: the response has its place.
        Ok(reply) if reply.location.is_some() => {
            return Ok(visit.go_to(own_path(form.given("return"))));
        }
        Ok(_) => return Ok(visit.go_to("/signup?done=sent")),
        Err(failure) => failure,
    };
    let (status, form) = refused(visit.language(), form, failure)?;
    let key = form.next_key(|| visit.new_key());
    Ok(visit.render(status, &SignUpPage { visit: &visit, t: visit.language(), form, key }))
}

/// The same page for an address with an account and one without.
fn mailed(visit: &Visit) -> HttpResponse {
    let t = visit.language();
    let mailed = Message {
        title: t.check_mail_title(),
        text: t.sign_up_mailed(),
        more: t.check_mail_spam(),
        steps: &[("/signup", t.other_address())],
    };
    message(visit, StatusCode::OK, mailed)
}
