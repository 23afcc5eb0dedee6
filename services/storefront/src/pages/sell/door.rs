//! GET and POST /sell/shows/{id}/door and /sell/tickets/{id}/door: checks codes at the entrance.
//!
//! The page of the result is the page of the next scan. It is no redirect: a result has no page of
//! its own, and a reload has no further effect, because a repeated `scanId` returns the first
//! result.

mod event;
pub(crate) mod gates;
mod verdict;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use reqwest::Method;
use serde_json::Value;

use self::event::DoorEvent;
use self::verdict::Verdict;
use crate::api::gate_views::AdmissionCountsView;
use crate::api::{Target, check_in_view::CheckInView};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "sell/door.html")]
struct DoorPage<'v> {
    visit: &'v Visit,
    t: Language,
    event: &'v DoorEvent,
    /// The numbers of admissions, if the service responds.
    counts: Option<AdmissionCountsView>,
    /// The result of the last scan.
    verdict: Option<Verdict>,
    /// Errors of the last form; its values are not shown, because the field is for the next scan.
    form: Form,
    /// The id of the next scan.
    scan_id: String,
}

/// The door of a show.
pub(crate) async fn of_show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let event = DoorEvent::of_show(&visit, &id).await?;
    Ok(page(&visit, &event, (StatusCode::OK, None), Form::default()).await)
}

/// Checks a code at the door of a show.
pub(crate) async fn check_of_show(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    check(&visit, &DoorEvent::of_show(&visit, &id).await?, form).await
}

/// The door of a ticket.
pub(crate) async fn of_ticket(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let event = DoorEvent::of_ticket(&visit, &id).await?;
    Ok(page(&visit, &event, (StatusCode::OK, None), Form::default()).await)
}

/// Checks a code at the door of a ticket.
pub(crate) async fn check_of_ticket(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    check(&visit, &DoorEvent::of_ticket(&visit, &id).await?, form).await
}

async fn check(visit: &Visit, event: &DoorEvent, form: Form) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    // The text as it was scanned: the last character of a code can be a space.
    let mut body = form.texts(&["code", "scanId"]);
    let (field, id) = event.of_scan();
    body.insert(field.to_owned(), id.into());
    let body = Value::from(body);
    let call = (Target::Admissions, Method::POST, "/api/check-ins");
    let checked = visit.ports().api.call::<CheckInView>(visit, call, Some(&body), None).await;
    let failure = match checked {
        Ok(reply) => {
            let verdict = Verdict::of(t, &reply.body);
            return Ok(page(visit, event, (StatusCode::OK, Some(verdict)), Form::default()).await);
        }
        Err(failure) => failure,
    };
    let status = failure.status();
    if matches!(status, StatusCode::SEE_OTHER | StatusCode::UNAUTHORIZED) {
        return Err(failure);
    }
    let is_of_field = matches!(&failure, Failure::Problem(problem) if !problem.errors.is_empty());
    if is_of_field {
        let form = form.refused(t, failure)?;
        return Ok(page(visit, event, (status, None), form).await);
    }
    let verdict = Verdict::not_checked(t, &failure, &form);
    Ok(page(visit, event, (status, Some(verdict)), Form::default()).await)
}

/// The page. It needs no other service: without admissions it has no counts.
async fn page(
    visit: &Visit,
    event: &DoorEvent,
    (status, verdict): (StatusCode, Option<Verdict>),
    form: Form,
) -> HttpResponse {
    let (t, scan_id) = (visit.language(), visit.new_key());
    let (field, id) = event.of_scan();
    let path = format!("/api/check-ins/counts?{field}={id}");
    let counts = visit.ports().api.get(visit, Target::Admissions, &path).await;
    let counts = counts.ok().map(|reply| reply.body);
    visit.render(status, &DoorPage { visit, t, event, counts, verdict, form, scan_id })
}

impl DoorPage<'_> {
    fn counts_text(&self) -> Option<String> {
        let AdmissionCountsView { issued, used, void } = self.counts?;
        let number = |count: i64| self.t.number(u32::try_from(count).unwrap_or_default());
        Some(self.t.door_counts(&number(used), &number(issued - void)))
    }
}
