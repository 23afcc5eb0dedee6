//! GET and POST /admissions/{id}/send: the holder of an admission sends it, and others of the same
//! ticket, to an address.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use contract::AdmissionId;
use reqwest::Method;
use serde_json::json;

use crate::api::Target;
use crate::api::admission_views::AdmissionView;
use crate::api::transfer_views::{OfferedTransfer, TransferView};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::visit::Visit;

/// Admissions to choose from: the most of one page of the API, and of one transfer.
const SHOWN_MAX: u32 = 100;

#[derive(Template)]
#[template(path = "admissions/send.html")]
struct SendPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    key: String,
    /// The admission from whose page the visitor came.
    first: AdmissionView,
    /// The admissions that can be sent.
    free: Vec<AdmissionView>,
}

/// The form, with the admission chosen.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let first = parsed(&id)?;
    let form = Form::default().with(&format!("send.{first}"), "1");
    page(&visit, first, (StatusCode::OK, form)).await
}

/// Offers the chosen admissions, and leads to the transfer.
pub(crate) async fn send(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let first = read(&visit, parsed(&id)?).await?;
    let chosen: Vec<&str> = form.with_prefix("send.").map(|(id, _)| id).collect();
    let called = if chosen.is_empty() {
        Err(Failure::refused(visit.language().transfer_choose_one()))
    } else {
        let body = json!({"admissionIds": chosen, "toEmail": form.value("toEmail")});
        let call = (Target::Admissions, Method::POST, "/api/transfers");
        let api = &visit.ports().api;
        api.call::<OfferedTransfer>(&visit, call, Some(&body), form.given("key")).await
    };
    match called {
        Ok(offered) => Ok(visit.go_to(format!("/transfers/{}", offered.body.id))),
        Err(failure) => page(&visit, first.id, refused(visit.language(), form, failure)?).await,
    }
}

fn parsed(id: &str) -> Result<AdmissionId, Failure> {
    id.parse().map_err(|_| Failure::NotFound)
}

async fn read(visit: &Visit, id: AdmissionId) -> Result<AdmissionView, Failure> {
    let path = format!("/api/admissions/{id}");
    Ok(visit.ports().api.get(visit, Target::Admissions, &path).await?.body)
}

async fn page(
    visit: &Visit,
    first: AdmissionId,
    (status, form): (StatusCode, Form),
) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let (api, first) = (&visit.ports().api, read(visit, first).await?);
    let path = format!("/api/admissions?ticket={}&limit={SHOWN_MAX}", first.ticket_id);
    let held: Vec<AdmissionView> = api.get(visit, Target::Admissions, &path).await?.body;
    let open = open(visit).await?;
    let is_free = |one: &AdmissionView| one.is_valid() && !open.contains(&one.id);
    let mut free: Vec<_> = held.into_iter().filter(is_free).collect();
    free.sort_by_key(|one| (one.id != first.id, one.unit));
    let key = form.next_key(|| visit.new_key());
    let t = visit.language();
    Ok(visit.render(status, &SendPage { visit, t, form, key, first, free }))
}

/// The admissions in the latest open transfers of the visitor. The API refuses those of others.
async fn open(visit: &Visit) -> Result<Vec<AdmissionId>, Failure> {
    let path = format!("/api/transfers?role=sender&limit={SHOWN_MAX}");
    let sent = visit.ports().api.get::<Vec<TransferView>>(visit, Target::Admissions, &path);
    let open = sent.await?.body.into_iter().filter(TransferView::is_open);
    Ok(open.flat_map(|transfer| transfer.admission_ids).collect())
}

impl SendPage<'_> {
    fn is_chosen(&self, admission: &AdmissionView) -> bool {
        self.form.is(&format!("send.{}", admission.id), "1")
    }
}
