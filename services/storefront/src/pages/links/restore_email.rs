//! GET and POST /account/email/undo/{token}: the link that restores an earlier address.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::Map;

use super::link_page::{Words, page, respond, send};
use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;

/// The form. The link needs no session: a thief may have the account.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    Ok(form_page(&visit, StatusCode::OK, Form::default()))
}

/// Restores the earlier address.
pub(crate) async fn restore(
    visit: Visit,
    token: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let called = send(&visit, (Target::Auth, "/api/users/email/restore"), &token, Map::new()).await;
    let steps = [("/password", t.forgot_password_title()), ("/signin", t.sign_in())];
    respond(&visit, (called, form), ("/password?done=restored", &steps), form_page)
}

fn form_page(visit: &Visit, status: StatusCode, form: Form) -> HttpResponse {
    let t = visit.language();
    let words = Words {
        title: t.restore_title(),
        text: t.restore_text().to_owned(),
        button: t.restore_address(),
    };
    page(visit, (status, form), words, None)
}
