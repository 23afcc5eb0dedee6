//! GET and POST /transfers/link/{token}: the link of a transfer to an address.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use contract::TransferId;
use serde_json::{Map, Value};

use super::link_page::{Words, page, send};
use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::pages::message::{Message, message};
use crate::pages::refused::refused;
use crate::visit::Visit;

/// The form. The link is for a session of any account.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    Ok(form_page(&visit, (StatusCode::OK, Form::default())))
}

/// Makes the visitor the recipient, and leads to the transfer.
pub(crate) async fn claim(
    visit: Visit,
    token: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let t = visit.language();
    let target = (Target::Admissions, "/api/transfers/links/claim");
    match send(&visit, target, &token, Map::new()).await {
        Ok(claimed) => {
            let id = claimed.body.get("id").and_then(Value::as_str);
            let id: Option<TransferId> = id.and_then(|id| id.parse().ok());
            Ok(visit.go_to(format!("/transfers/{}", id.ok_or(Failure::Internal)?)))
        }
        Err(failure) if failure.is_of_ended_link() || failure.is_of_ended_transfer() => {
            let (title, text) = (t.link_ended_title(), t.refused_transfer_ended());
            let steps = &[("/transfers", t.transfers_title()), ("/admissions", t.nav_admissions())];
            Ok(message(&visit, failure.status(), Message { title, text, more: "", steps }))
        }
        Err(failure) => Ok(form_page(&visit, refused(t, form, failure)?)),
    }
}

fn form_page(visit: &Visit, form: (StatusCode, Form)) -> HttpResponse {
    let t = visit.language();
    let words = Words {
        title: t.transfer_link_title(),
        text: t.transfer_link_text().to_owned(),
        button: t.transfer_link_open(),
    };
    page(visit, form, words, None)
}
