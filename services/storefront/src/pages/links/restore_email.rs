//! GET and POST /account/email/undo/{token}: the link that restores an earlier address.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::Map;

use super::link_page::{Words, ended, page, send};
use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::pages::refused::refused;
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
    let called = send(&visit, (Target::Auth, "/api/users/email/restore"), &token, Map::new());
    match called.await {
        Ok(_) => Ok(visit.go_to("/password?done=restored")),
        Err(failure) if failure.is_of_ended_link() => {
            let steps = [("/password", t.forgot_password_title()), ("/signin", t.sign_in())];
            Ok(ended(&visit, &failure, &steps))
        }
        Err(failure) => {
            let (status, form) = refused(t, form, failure)?;
            Ok(form_page(&visit, status, form))
        }
    }
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
