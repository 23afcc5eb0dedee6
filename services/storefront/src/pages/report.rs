//! The form on the page of an offer that reports it to the administrators.

use actix_web::HttpResponse;
use reqwest::Method;
use serde_json::Value;

use crate::api::Target;
use crate::domain::Subject;
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;

/// The value of `do` that reports the offer of a page.
pub(super) const REPORT: &str = "report";

/// Reports the offer at this path, and leads back to it. Errors: as of tickets.
pub(super) async fn report(
    visit: &Visit,
    offer: Subject,
    form: &Form,
) -> Result<HttpResponse, Failure> {
    let body: Value = form.texts(&["reason", "text"]).into();
    let path = format!("/api/{offer}/report");
    let call = (Target::Tickets, Method::PUT, path.as_str());
    visit.ports().api.call::<Value>(visit, call, Some(&body), None).await?;
    Ok(visit.go_to(format!("/{offer}?reported=1")))
}

/// Whether the visitor has just reported the offer.
pub(super) fn is_reported(visit: &Visit) -> bool {
    visit.query().is_ok_and(|query| query.is("reported", "1"))
}
