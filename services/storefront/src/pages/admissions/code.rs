//! GET and POST /admissions/{id}: an admission with its code, to be shown at the door; a used or
//! void one without. The script of the page binds the admission to a device, which then shows its
//! codes; the command returns it to paper.

use actix_web::HttpResponse;
use actix_web::web::Path;
use admission_codes::qr;
use askama::Template;
use contract::{AdmissionId, TransferId};
use reqwest::Method;
use serde_json::Value;

use super::event::{Event, with_events};
use super::read::read;
use crate::api::Target;
use crate::api::admission_views::{AdmissionState, AdmissionView, CodeView};
use crate::api::transfer_views::TransferView;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::visit::Visit;

/// Modules of a side of a rotating code, of version 10, with its quiet zone.
const DEVICE_SIDE: usize = 57 + 2 * qr::QUIET_ZONE;

#[derive(Template)]
#[template(path = "admissions/code.html")]
struct CodePage<'v> {
    visit: &'v Visit,
    t: Language,
    admission: &'v AdmissionView,
    event: &'v Event,
    code: Shown,
    /// The transfer that offers it to another person.
    open: Option<TransferId>,
}

/// The code of an admission.
enum Shown {
    /// The static one, as an SVG element.
    Paper(String),
    /// A device shows it.
    Device,
    /// None yet: the seller allows codes of devices only.
    DeviceOnly,
    /// None: it was used, or is void.
    Ended,
}

/// The page.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let id: AdmissionId = id.parse().map_err(|_| Failure::NotFound)?;
    let t = visit.language();
    let code = code(&visit, id).await?;
    // Read last: its version is that of the code, or a later one, which the script notices.
    let admission = read(&visit, id).await?;
    let code = if admission.is_valid() { code } else { Shown::Ended };
    let open = open(&visit, &admission).await?;
    let with_event = with_events(visit.ports(), t, vec![admission]).await?;
    let (admission, event) = with_event.first().ok_or(Failure::Internal)?;
    Ok(visit.show(&CodePage { visit: &visit, t, admission, event, code, open }))
}

/// Returns the admission to its static code.
pub(crate) async fn act(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let id: AdmissionId = id.parse().map_err(|_| Failure::NotFound)?;
    if form.value("do") != "paper" {
        return Err(Failure::Invalid("do must be paper"));
    }
    let path = format!("/api/admissions/{id}/device");
    let call = (Target::Admissions, Method::DELETE, path.as_str());
    visit.ports().api.call::<Value>(&visit, call, None, None).await?;
    Ok(visit.go_to(format!("/admissions/{id}")))
}

/// The transfer that offers a valid admission.
async fn open(visit: &Visit, admission: &AdmissionView) -> Result<Option<TransferId>, Failure> {
    let Some(id) = admission.transfer_id.filter(|_| admission.is_valid()) else { return Ok(None) };
    let path = format!("/api/transfers/{id}");
    let known = visit.ports().api.get::<TransferView>(visit, Target::Admissions, &path).await?;
    Ok(known.body.is_open().then_some(id))
}

async fn code(visit: &Visit, id: AdmissionId) -> Result<Shown, Failure> {
    let path = format!("/api/admissions/{id}/code");
    match visit.ports().api.get::<CodeView>(visit, Target::Admissions, &path).await {
        Ok(reply) => Ok(Shown::Paper(drawn(visit.language(), &reply.body.code)?)),
        Err(failure) => match failure.code() {
            Some("not_valid") => Ok(Shown::Ended),
            Some("held_by_device") => Ok(Shown::Device),
            Some("device_only") => Ok(Shown::DeviceOnly),
            Some(_) | None => Err(failure),
        },
    }
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

    fn is_valid(&self) -> bool {
        !matches!(self.code, Shown::Ended)
    }

    fn is_used(&self) -> bool {
        self.admission.state == AdmissionState::Used
    }

    /// When the holder entered, in the zone of the venue, which is named.
    fn used_at(&self) -> Option<String> {
        let at = self.admission.used_at?;
        Some(self.t.long_time(&at, self.event.zone.as_deref()))
    }

    /// The time of the server, by which the script counts the periods.
    fn now_ms(&self) -> i64 {
        self.visit.ports().clock.now().unix_ms()
    }
}
