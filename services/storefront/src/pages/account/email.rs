//! GET and POST /account/email: the e-mail address, its verification and its change.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::visit::Visit;

/// The account of the session, as auth knows it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CurrentUser {
    current_user: Option<OwnAccount>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OwnAccount {
    email: String,
    is_verified: bool,
}

#[derive(Template)]
#[template(path = "account/email.html")]
struct EmailPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    email: String,
    is_verified: bool,
    done: Option<&'static str>,
}

/// The page. A session that may not trade yet is renewed by auth, with a token of the present
/// rights: the address may have been verified in another browser.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    page(&visit, Form::default(), StatusCode::OK).await
}

/// Sends the link again, or one to another address.
pub(crate) async fn act(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let (path, body, next) = match form.value("do") {
        "verify" => ("/api/users/email/verify", None, "/account/email?done=sent"),
        "change" => {
            let body: Value = form.texts(&["email", "currentPassword", "code"]).into();
            ("/api/users/email", Some(body), "/account/email?done=changing")
        }
        _ => return Err(Failure::Invalid("do must be verify or change")),
    };
    let call = (Target::Auth, Method::POST, path);
    match visit.ports().api.call::<Value>(&visit, call, body.as_ref(), None).await {
        Ok(_) => Ok(visit.go_to(next)),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            page(&visit, form, status).await
        }
    }
}

async fn page(visit: &Visit, form: Form, status: StatusCode) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let (t, path) = (visit.language(), "/api/users/currentuser");
    let current: CurrentUser = visit.ports().api.get(visit, Target::Auth, path).await?.body;
    let OwnAccount { email, is_verified } = current.current_user.ok_or(Failure::SignIn)?;
    let done = match visit.query()?.value("done") {
        "sent" => Some(t.done_link_sent()),
        "changing" => Some(t.done_change_sent()),
        "confirmed" => Some(t.done_address_confirmed()),
        _ => None,
    };
    Ok(visit.render(status, &EmailPage { visit, t, form, email, is_verified, done }))
}
