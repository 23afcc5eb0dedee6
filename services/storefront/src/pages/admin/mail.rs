//! GET and POST /admin/mail: mails that were lost, and their repetition.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use contract::{Timestamp, UserId};
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::pages::{next_of, with_cursor};
use crate::visit::Visit;

const PAGE: &str = "/admin/mail";

const ROUTE: &str = "/api/mail/undelivered";

/// A mail that was lost.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UndeliveredView {
    id: String,
    user_id: Option<UserId>,
    reason: String,
    response: Option<String>,
    attempts: u32,
    created_at: Timestamp,
    ended_at: Timestamp,
}

#[derive(Template)]
#[template(path = "admin/mail.html")]
struct MailPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    mails: Vec<UndeliveredView>,
    next: Option<String>,
    done: Option<&'static str>,
}

impl MailPage<'_> {
    /// The words of a reason.
    fn reason(&self, mail: &UndeliveredView) -> &'static str {
        match mail.reason.as_str() {
            "no_address" => self.t.admin_mail_no_address(),
            "address_refused" => self.t.admin_mail_address_refused(),
            "rejected" => self.t.admin_mail_rejected(),
            "too_late" => self.t.admin_mail_too_late(),
            _ => self.t.admin_mail_other(),
        }
    }
}

/// The list, newest first.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    page(&visit, Form::default(), StatusCode::OK).await
}

/// Sends lost mails again.
pub(crate) async fn retry(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    if !form.is("do", "retry") {
        return Err(Failure::Invalid("do must be retry"));
    }
    let path = format!("{ROUTE}/retry");
    let call = (Target::Mail, Method::POST, path.as_str());
    match visit.ports().api.call::<Value>(&visit, call, None, None).await {
        Ok(_) => Ok(visit.go_to(format!("{PAGE}?done=retry"))),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            page(&visit, form, status).await
        }
    }
}

async fn page(visit: &Visit, form: Form, status: StatusCode) -> Result<HttpResponse, Failure> {
    let (t, query) = (visit.language(), visit.query()?);
    let path = with_cursor(ROUTE, query);
    let list = visit.ports().api.get::<Vec<UndeliveredView>>(visit, Target::Mail, &path).await?;
    let next = list.next.as_deref().and_then(|next| next_of(PAGE, next));
    let done = query.is("done", "retry").then(|| t.admin_done_retried());
    Ok(visit.render(status, &MailPage { visit, t, form, mails: list.body, next, done }))
}
