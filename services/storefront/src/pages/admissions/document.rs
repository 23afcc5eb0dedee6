//! GET /admissions/{id}/ticket.pdf and /orders/{id}/tickets.pdf: documents of the API, in the
//! language of the visitor.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::Path;
use contract::{AdmissionId, OrderId};
use reqwest::Method;

use crate::api::Target;
use crate::failure::Failure;
use crate::visit::Visit;

/// The document of an admission.
pub(crate) async fn of_admission(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let id: AdmissionId = id.parse().map_err(|_| Failure::NotFound)?;
    let path = format!("/api/admissions/{id}/document");
    document(&visit, &path, &format!("ticket-{id}.pdf")).await
}

/// The document of the valid admissions of an order.
pub(crate) async fn of_order(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let id: OrderId = id.parse().map_err(|_| Failure::NotFound)?;
    let path = format!("/api/admissions/document?order={id}");
    document(&visit, &path, &format!("tickets-{id}.pdf")).await
}

async fn document(visit: &Visit, path: &str, name: &str) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let api = &visit.ports().api;
    let pdf = api.read(visit, api.request(Target::Admissions, Method::GET, path)).await?.body;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(pdf))
}
