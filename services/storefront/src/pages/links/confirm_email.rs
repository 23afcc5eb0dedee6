//! GET and POST /account/email/{token}: the link that verifies or changes the address.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::Map;

use super::link_page::{Words, page, respond, send};
use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::pages::message::{Message, message};
use crate::visit::Visit;

/// The form. The link is for a session of its account.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    Ok(form_page(&visit, &visit.signed_in()?.email, (StatusCode::OK, Form::default())))
}

/// Verifies or changes the address.
pub(crate) async fn confirm(
    visit: Visit,
    token: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let (t, user) = (visit.language(), visit.signed_in()?);
    let called = send(&visit, (Target::Auth, "/api/users/email/confirm"), &token, Map::new()).await;
    let steps = &[("/account/email", t.tab_email())];
    if let Err(Failure::Problem(problem)) = &called
        && problem.code == "other_account"
    {
        let (title, text) = (t.other_account_title(), &t.other_account_text(&user.email));
        return Ok(message(&visit, StatusCode::CONFLICT, Message { title, text, more: "", steps }));
    }
    respond(
        &visit,
        (called, form),
        ("/account/email?done=confirmed", steps),
        |visit, status, form| form_page(visit, &user.email, (status, form)),
    )
}

fn form_page(visit: &Visit, email: &str, form: (StatusCode, Form)) -> HttpResponse {
    let t = visit.language();
    let words = Words {
        title: t.confirm_address_title(),
        text: t.confirm_address_text(email),
        button: t.confirm_address(),
    };
    page(visit, form, words, None)
}
