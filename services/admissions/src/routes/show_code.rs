//! GET /api/admissions/{id}/code

use actix_web::get;
use actix_web::web::Data;
use admission_codes::{Claims, sign_static};
use contract::admission::AdmissionStatus;
use contract::{AdmissionId, UserId};
use ed25519_dalek::SigningKey;
use serde::Serialize;
use store::{Stop, Tx};
use utoipa::ToSchema;
use web::{PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::claims::{claims, held};
use crate::domain::{Refusal, Ticket};

/// The code of an admission.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CodeView {
    /// The text of the code.
    #[schema(min_length = 150, max_length = 150)]
    code: String,
    /// Its version.
    credential_version: u16,
}

/// Shows the code of an admission, for paper or a screen.
///
/// The code is signed by the issuer; docs/admission-codes.md describes it. The first person
/// who presents it enters. While a device is bound to the admission, and where the seller allows
/// codes of devices only, an admission has no such code.
#[utoipa::path(
    params(("id" = AdmissionId, Path, description = "The admission")),
    responses(
        (status = 200, description = "The code", body = CodeView),
        (status = 404, description = "No such admission of the signed-in user"),
        (status = 409, description = "`not_valid`: used, or void; `device_only`; `held_by_device`"),
    ),
    security(("session" = [])),
)]
#[get("/api/admissions/{id}/code")]
pub(crate) async fn show_code(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<AdmissionId>,
) -> Result<Response, Problem> {
    let (id, user, random) = (id.0, who.user, ports.ids.random_bytes());
    let (claims, key) = ports.store.transact(move |tx| of_paper(tx, (id, user), random)).await?;
    let (code, credential_version) =
        (sign_static(claims, &key).to_string(), claims.credential_version);
    let view = CodeView { code, credential_version };
    Ok(Response::ok(&view).header("Cache-Control", "no-store"))
}

/// The claims of the static code, and their key. Errors: [`Refusal::Unknown`],
/// [`Refusal::NotValid`], [`Refusal::DeviceOnly`], [`Refusal::HeldByDevice`].
pub(super) fn of_paper(
    tx: &mut Tx<'_>,
    of: (AdmissionId, UserId),
    random: [u8; 32],
) -> Result<(Claims, SigningKey), Stop<Refusal>> {
    let admission = held(tx, of)?;
    if admission.state.status != AdmissionStatus::Valid {
        return Err(Refusal::NotValid.into());
    }
    if tx.get::<Ticket>(admission.state.ticket_id)?.is_some_and(|ticket| ticket.device_only) {
        return Err(Refusal::DeviceOnly.into());
    }
    if admission.device.is_some() {
        return Err(Refusal::HeldByDevice.into());
    }
    claims(tx, &admission, random)
}
