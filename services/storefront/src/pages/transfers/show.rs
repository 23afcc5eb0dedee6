//! GET and POST /transfers/{id}: a transfer, which its recipient accepts or declines and its sender
//! takes back.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use contract::TransferId;
use reqwest::Method;

use crate::api::{Target, transfer_views::TransferView};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "transfers/show.html")]
struct TransferPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    transfer: TransferView,
}

/// The page.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    page(&visit, parsed(&id)?, (StatusCode::OK, Form::default())).await
}

/// Accepts, declines or takes back, and leads to the page, or to the received admissions.
pub(crate) async fn act(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let id = parsed(&id)?;
    let path = format!("/api/transfers/{id}");
    let (method, path, next) = match form.value("do") {
        "accept" => (Method::POST, format!("{path}/accept"), "/admissions".to_owned()),
        "decline" => (Method::POST, format!("{path}/decline"), format!("/transfers/{id}")),
        "cancel" => (Method::DELETE, path, format!("/transfers/{id}")),
        _ => return Err(Failure::Invalid("do must be accept, decline or cancel")),
    };
    let call = (Target::Admissions, method, path.as_str());
    match visit.ports().api.call::<()>(&visit, call, None, None).await {
        Ok(_) => Ok(visit.go_to(next)),
        Err(failure) => page(&visit, id, refused(visit.language(), form, failure)?).await,
    }
}

fn parsed(id: &str) -> Result<TransferId, Failure> {
    id.parse().map_err(|_| Failure::NotFound)
}

async fn page(
    visit: &Visit,
    id: TransferId,
    (status, form): (StatusCode, Form),
) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let path = format!("/api/transfers/{id}");
    let transfer = visit.ports().api.get(visit, Target::Admissions, &path).await?.body;
    Ok(visit.render(status, &TransferPage { visit, t: visit.language(), form, transfer }))
}
