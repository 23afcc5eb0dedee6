//! GET and POST /account/email/{token}: the link that verifies or changes the address.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::Map;

use super::link_page::{Words, ended, page, send};
use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::pages::message::{Message, message};
use crate::pages::refused::refused;
use crate::visit::Visit;

/// The form. The link is for a session of its account.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    form_page(&visit, StatusCode::OK, Form::default())
}

/// Verifies or changes the address.
pub(crate) async fn confirm(
    visit: Visit,
    token: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let (t, user) = (visit.language(), visit.signed_in()?);
    let called = send(&visit, (Target::Auth, "/api/users/email/confirm"), &token, Map::new());
    match called.await {
        Ok(_) => Ok(visit.go_to("/account/email?done=confirmed")),
        Err(failure) if failure.is_of_ended_link() => {
            Ok(ended(&visit, &failure, &[("/account/email", t.tab_email())]))
        }
        Err(Failure::Problem(problem)) if problem.code == "other_account" => {
            let text = t.other_account_text(&user.email);
            let other = Message {
                title: t.other_account_title(),
                text: &text,
                more: "",
                steps: &[("/account/email", t.tab_email())],
            };
            Ok(message(&visit, StatusCode::CONFLICT, other))
        }
        Err(failure) => {
            let (status, form) = refused(t, form, failure)?;
            form_page(&visit, status, form)
        }
    }
}

fn form_page(visit: &Visit, status: StatusCode, form: Form) -> Result<HttpResponse, Failure> {
    let (t, user) = (visit.language(), visit.signed_in()?);
    let words = Words {
        title: t.confirm_address_title(),
        text: t.confirm_address_text(&user.email),
        button: t.confirm_address(),
    };
    Ok(page(visit, (status, form), words, None))
}
