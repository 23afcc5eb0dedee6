//! GET and POST /admin/reports: offers that accounts have reported.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use contract::{Id, ReportId, Timestamp, UserId};
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

/// The page.
const PAGE: &str = "/admin/reports";

/// An open report.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReportView {
    id: ReportId,
    kind: Kind,
    offer_id: Id,
    title: String,
    user_id: UserId,
    reporter_id: UserId,
    reason: String,
    #[serde(default)]
    text: Option<String>,
    created_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Ticket,
    Show,
}

#[derive(Template)]
#[template(path = "admin/reports.html")]
struct ReportsPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    reports: Vec<ReportView>,
    next: Option<String>,
    done: Option<&'static str>,
}

impl ReportView {
    /// The page of the offer for administrators.
    fn offer_path(&self) -> String {
        match self.kind {
            Kind::Ticket => format!("/admin/tickets/{}", self.offer_id),
            Kind::Show => format!("/admin/shows/{}", self.offer_id),
        }
    }
}

impl ReportsPage<'_> {
    /// The words of a reason; an unknown one as it is.
    fn reason<'r>(&self, report: &'r ReportView) -> &'r str {
        let mut reasons = self.t.report_reasons().into_iter();
        let known = reasons.find(|(name, _)| *name == report.reason);
        known.map_or(&report.reason, |(_, words)| words)
    }
}

/// The list, oldest first.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    page(&visit, Form::default(), StatusCode::OK).await
}

/// Closes a report.
pub(crate) async fn close(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    let id: ReportId = form.value("report").parse().map_err(|_| Failure::NotFound)?;
    let path = format!("/api/reports/{id}/close");
    let call = (Target::Tickets, Method::POST, path.as_str());
    match visit.ports().api.call::<Value>(&visit, call, None, None).await {
        Ok(_) => Ok(visit.go_to(format!("{PAGE}?done=close"))),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            page(&visit, form, status).await
        }
    }
}

async fn page(visit: &Visit, form: Form, status: StatusCode) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let query = visit.query()?;
    let path = with_cursor("/api/reports", query);
    let list = visit.ports().api.get::<Vec<ReportView>>(visit, Target::Tickets, &path).await?;
    let next = list.next.as_deref().and_then(|next| next_of(PAGE, next));
    let done = query.is("done", "close").then(|| t.admin_done_report_closed());
    let page = ReportsPage { visit, t, form, reports: list.body, next, done };
    Ok(visit.render(status, &page))
}
