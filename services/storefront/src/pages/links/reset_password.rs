//! GET and POST /password/{token}: the link that sets another password.

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

/// Sets the password, and leads to sign-in.
pub(crate) async fn reset(
    visit: Visit,
    token: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let (t, body) = (visit.language(), form.texts(&["newPassword"]));
    let called = send(&visit, (Target::Auth, "/api/users/password/reset"), &token, body).await;
    let steps = [("/password", t.forgot_password_title()), ("/signin", t.sign_in())];
    respond(&visit, (called, form), ("/signin?done=password", &steps), form_page)
}

fn form_page(visit: &Visit, status: StatusCode, form: Form) -> HttpResponse {
    let t = visit.language();
    let words = Words {
        title: t.forgot_password_title(),
        text: t.reset_text().to_owned(),
        button: t.reset_password(),
    };
    let password = PasswordField {
        name: "newPassword",
        label: t.new_password(),
        autocomplete: "new-password",
        hint: t.password_hint(),
    };
    page(visit, (status, form), words, Some(password))
}
