//! GET and POST /signup/confirm/{token}: the link of a sign-up.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;

use super::link_page::{PasswordField, Words, page, respond, send};
use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;

/// The form.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    Ok(form_page(&visit, StatusCode::OK, Form::default()))
}

/// Creates the account, with a session.
pub(crate) async fn confirm(
    visit: Visit,
    token: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let (t, body) = (visit.language(), form.texts(&["password"]));
    let called = send(&visit, (Target::Auth, "/api/users/signup/confirm"), &token, body).await;
    if let Err(Failure::Problem(problem)) = &called
        && problem.code == "bad_credentials"
    {
        let form = form.with_error(Some("password"), t.wrong_sign_up_password());
        return Ok(form_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, form));
    }
    let steps = [("/signup", t.sign_up()), ("/signin", t.sign_in())];
    respond(&visit, (called, form), ("/", &steps), form_page)
}

fn form_page(visit: &Visit, status: StatusCode, form: Form) -> HttpResponse {
    let t = visit.language();
    let words = Words {
        title: t.confirm_sign_up_title(),
        text: t.confirm_sign_up_text().to_owned(),
        button: t.confirm_sign_up(),
    };
    let password = PasswordField {
        name: "password",
        label: t.password(),
        autocomplete: "current-password",
        hint: "",
    };
    page(visit, (status, form), words, Some(password))
}
