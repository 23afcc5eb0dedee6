//! GET and POST /admissions/{id}/resale: offers an admission for resale, or ends its resale.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use contract::AdmissionId;
use reqwest::Method;
use serde_json::{Value, json};

use super::event::{Event, with_events};
use super::read::read;
use crate::api::Target;
use crate::api::admission_views::{AdmissionState, AdmissionView};
use crate::api::amounts::money;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "admissions/resale.html")]
struct ResalePage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    admission: &'v AdmissionView,
    event: &'v Event,
}

/// The page.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    page(&visit, id.parse().map_err(|_| Failure::NotFound)?, Form::default(), StatusCode::OK).await
}

/// Offers the admission, or ends its resale.
pub(crate) async fn act(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let id: AdmissionId = id.parse().map_err(|_| Failure::NotFound)?;
    let (method, body) = match form.value("do") {
        "sell" => (Method::POST, Some(json!({"price": form.number("price")}))),
        "end" => (Method::DELETE, None),
        _ => return Err(Failure::Invalid("do must be sell or end")),
    };
    let path = format!("/api/admissions/{id}/resale");
    let call = (Target::Admissions, method, path.as_str());
    match visit.ports().api.call::<Value>(&visit, call, body.as_ref(), None).await {
        Ok(_) => Ok(visit.go_to(format!("/admissions/{id}/resale"))),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            page(&visit, id, form, status).await
        }
    }
}

async fn page(
    visit: &Visit,
    id: AdmissionId,
    form: Form,
    status: StatusCode,
) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let t = visit.language();
    let with_event = with_events(visit.ports(), t, vec![read(visit, id).await?]).await?;
    let (admission, event) = with_event.first().ok_or(Failure::Internal)?;
    Ok(visit.render(status, &ResalePage { visit, t, form, admission, event }))
}

impl ResalePage<'_> {
    fn is_listed(&self) -> bool {
        self.admission.state == AdmissionState::Listed
    }

    /// The price that was paid first, which is the default of the form.
    fn paid(&self) -> String {
        let AdmissionView { price, currency, .. } = self.admission;
        self.t.money(&money(price, *currency))
    }

    fn price(&self) -> String {
        match self.form.given("price") {
            Some(price) => price.to_owned(),
            None => self.admission.price.to_string(),
        }
    }

    /// The price of the resale.
    fn asked(&self) -> Option<String> {
        let resale = self.admission.resale.as_ref()?;
        Some(self.t.money(&money(&resale.price, self.admission.currency)))
    }
}
