//! GET and POST /password: requests the mail whose link sets another password.

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
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "forgotten_password.html")]
struct ForgottenPasswordPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
}

/// The form; after a request, the same words for every address.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let steps = &[("/signin", t.sign_in())];
    let done = match visit.query()?.value("done") {
        "sent" => Message {
            title: t.check_mail_title(),
            text: t.reset_mailed(),
            more: t.check_mail_spam(),
            steps: &[("/signin", t.sign_in()), ("/password", t.other_address())],
        },
        "restored" => {
            Message { title: t.restored_title(), text: t.restored_text(), more: "", steps }
        }
        _ => return Ok(page(&visit, StatusCode::OK, Form::default())),
    };
    Ok(message(&visit, StatusCode::OK, done))
}

/// Requests the mail.
pub(crate) async fn request(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    let body: Value = form.texts(&["email"]).into();
    let call = (Target::Auth, Method::POST, "/api/users/password/forgotten");
    match visit.ports().api.call::<Value>(&visit, call, Some(&body), None).await {
        Ok(_) => Ok(visit.go_to("/password?done=sent")),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            Ok(page(&visit, status, form))
        }
    }
}

fn page(visit: &Visit, status: StatusCode, form: Form) -> HttpResponse {
    visit.render(status, &ForgottenPasswordPage { visit, t: visit.language(), form })
}
