//! GET /admissions: the visitor's admissions, newest first; of one order with `order`.

use actix_web::HttpResponse;
use askama::Template;
use contract::OrderId;

use super::event::{Event, with_events};
use crate::api::{Target, admission_views::AdmissionView};
use crate::failure::Failure;
use crate::language::Language;
use crate::pages::{next_of, with_cursor};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "admissions/list.html")]
struct AdmissionsPage<'v> {
    visit: &'v Visit,
    t: Language,
    /// The only order of the list.
    order: Option<OrderId>,
    admissions: Vec<(AdmissionView, Event)>,
    next: Option<String>,
}

/// A page of the admissions.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let (form, t) = (visit.query()?, visit.language());
    let order: Option<OrderId> = match form.given("order") {
        Some(order) => Some(order.parse().map_err(|_| Failure::NotFound)?),
        None => None,
    };
    let filter = order.map(|order| format!("?order={order}")).unwrap_or_default();
    let path = with_cursor(&format!("/api/admissions{filter}"), form);
    let ports = visit.ports();
    let list = ports.api.get::<Vec<AdmissionView>>(&visit, Target::Admissions, &path).await?;
    let next = list.next.as_deref().and_then(|next| next_of("", next));
    let next = next.map(|cursor| match order {
        Some(order) => format!("/admissions?order={order}&{}", cursor.trim_start_matches('?')),
        None => format!("/admissions{cursor}"),
    });
    let admissions = with_events(ports, t, list.body).await?;
    Ok(visit.show(&AdmissionsPage { visit: &visit, t, order, admissions, next }))
}
