//! GET /admissions/{id}: an admission with its code, to be shown at the door; a used or void one
//! without.

use actix_web::HttpResponse;
use actix_web::web::Path;
use admission_codes::qr;
use askama::Template;
use contract::{AdmissionId, TransferId};

use super::event::{Event, with_events};
use super::read::read;
use crate::api::Target;
use crate::api::admission_views::{AdmissionState, AdmissionView, CodeView};
use crate::api::transfer_views::TransferView;
use crate::failure::Failure;
use crate::language::Language;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "admissions/code.html")]
struct CodePage<'v> {
    visit: &'v Visit,
    t: Language,
    admission: &'v AdmissionView,
    event: &'v Event,
    /// The code as an SVG element; `None` unless the admission is valid.
    qr: Option<String>,
    /// The transfer that offers it to another person.
    open: Option<TransferId>,
}

/// The page.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let id: AdmissionId = id.parse().map_err(|_| Failure::NotFound)?;
    let t = visit.language();
    let mut admission = read(&visit, id).await?;
    let mut qr = None;
    if admission.is_valid() {
        match code(&visit, id).await {
            Ok(code) => qr = Some(drawn(t, &code)?),
            // It was used or voided since the first read.
            Err(failure) if failure.is_of_ended_admission() => {
                admission = read(&visit, id).await?;
                if admission.is_valid() {
                    return Err(failure);
                }
            }
            Err(failure) => return Err(failure),
        }
    }
    let open = open(&visit, &admission).await?;
    let with_event = with_events(visit.ports(), t, vec![admission]).await?;
    let (admission, event) = with_event.first().ok_or(Failure::Internal)?;
    Ok(visit.show(&CodePage { visit: &visit, t, admission, event, qr, open }))
}

/// The transfer that offers a valid admission.
async fn open(visit: &Visit, admission: &AdmissionView) -> Result<Option<TransferId>, Failure> {
    let Some(id) = admission.transfer_id.filter(|_| admission.is_valid()) else { return Ok(None) };
    let path = format!("/api/transfers/{id}");
    let known = visit.ports().api.get::<TransferView>(visit, Target::Admissions, &path).await?;
    Ok(known.body.is_open().then_some(id))
}

async fn code(visit: &Visit, id: AdmissionId) -> Result<String, Failure> {
    let path = format!("/api/admissions/{id}/code");
    let code = visit.ports().api.get::<CodeView>(visit, Target::Admissions, &path).await?;
    Ok(code.body.code)
}

/// Codes of the API have 150 characters: a longer text is a bug.
fn drawn(t: Language, code: &str) -> Result<String, Failure> {
    qr::svg(code, t.admission_code()).map_err(|error| {
        tracing::error!(%error, "cannot draw a code");
        Failure::Internal
    })
}

impl CodePage<'_> {
    fn is_listed(&self) -> bool {
        self.admission.state == AdmissionState::Listed
    }

    fn is_used(&self) -> bool {
        self.admission.state == AdmissionState::Used
    }

    /// When the holder entered, in the zone of the venue, which is named.
    fn used_at(&self) -> Option<String> {
        let at = self.admission.used_at?;
        Some(self.t.long_time(&at, self.event.zone.as_deref()))
    }
}
