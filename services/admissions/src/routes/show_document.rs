//! GET /api/admissions/{id}/document

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::AdmissionId;
use web::{ClientAddress, Download, PathId, Problem, SignedIn, preferred_language};

use super::own_admission::own_admission;
use super::print::print;
use crate::Ports;
use crate::domain::Refusal;

/// Shows an admission as a PDF of one page, for paper: with its code.
///
/// Its words are in the first known language of `Accept-Language`. The file conforms to PDF/A-2a and
/// PDF/UA-1.
#[utoipa::path(
    params(("id" = AdmissionId, Path, description = "The admission")),
    responses(
        (status = 200, description = "The document", content(("application/pdf"))),
        (status = 404, description = "No such admission of the signed-in user"),
        (status = 409, description = "`not_valid`: used, or void"),
    ),
    security(("session" = [])),
)]
#[get("/api/admissions/{id}/document")]
pub(crate) async fn show_document(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<AdmissionId>,
    address: ClientAddress,
    request: HttpRequest,
) -> Result<Download, Problem> {
    let admission = own_admission(&ports, &who, id.0).await?;
    if !admission.is_valid() {
        return Err(Refusal::NotValid.into());
    }
    let name = format!("ticket-{}.pdf", id.0);
    let language = preferred_language(&request);
    print(&ports, (who.user, address), (language, name), vec![admission]).await
}
