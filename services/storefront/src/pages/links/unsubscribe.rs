//! GET and POST /unsubscribe/{token}: the link that switches mails off.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::Map;

use super::link_page::{Words, page, send};
use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::pages::message::{Message, message};
use crate::pages::refused::refused;
use crate::visit::Visit;

/// The form.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    Ok(form_page(&visit, StatusCode::OK, Form::default()))
}

/// Switches the mails off. The body is not read: providers of mailboxes send a form of either kind
/// for a click in their program (RFC 8058, 3.2), and follow no redirect.
pub(crate) async fn unsubscribe(
    visit: Visit,
    token: Path<String>,
) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let steps = &[("/account/mail", t.mail_settings())];
    match send(&visit, (Target::Mail, "/api/mail/unsubscribe"), &token, Map::new()).await {
        Ok(_) => {
            let (title, text) = (t.unsubscribed_title(), t.unsubscribed_text());
            Ok(message(&visit, StatusCode::OK, Message { title, text, more: "", steps }))
        }
        Err(failure) if failure.is_of_ended_link() || failure.status() == StatusCode::NOT_FOUND => {
            let (title, text) = (t.unsubscribe_unknown_title(), t.unsubscribe_unknown_text());
            Ok(message(&visit, StatusCode::NOT_FOUND, Message { title, text, more: "", steps }))
        }
        Err(failure) => {
            let (status, form) = refused(t, Form::default(), failure)?;
            Ok(form_page(&visit, status, form))
        }
    }
}

fn form_page(visit: &Visit, status: StatusCode, form: Form) -> HttpResponse {
    let t = visit.language();
    let words = Words {
        title: t.unsubscribe_title(),
        text: t.unsubscribe_text().to_owned(),
        button: t.unsubscribe(),
    };
    page(visit, (status, form), words, None)
}
