//! GET /api/admissions/{id}/code

use std::time::Duration;

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
use crate::domain::{Admission, Issuer, Refusal};

/// Time after the event, or after the request of the code, in which a code is accepted: a printed
/// one remains valid when the event is postponed.
const CODE_KEPT: Duration = Duration::from_hours(366 * 24);

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
/// who presents it enters.
#[utoipa::path(
    params(("id" = AdmissionId, Path, description = "The admission")),
    responses(
        (status = 200, description = "The code", body = CodeView),
        (status = 404, description = "No such admission of the signed-in user"),
        (status = 409, description = "`not_valid`: used, or void"),
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
    let (claims, key) = ports.store.transact(move |tx| claims(tx, (id, user), random)).await?;
    let (code, credential_version) =
        (sign_static(claims, &key).to_string(), claims.credential_version);
    let view = CodeView { code, credential_version };
    Ok(Response::ok(&view).header("Cache-Control", "no-store"))
}

/// The claims of the code, and a key that is young enough to sign it; `random` becomes a new one if
/// necessary.
pub(super) fn claims(
    tx: &mut Tx<'_>,
    (id, user): (AdmissionId, UserId),
    random: [u8; 32],
) -> Result<(Claims, SigningKey), Stop<Refusal>> {
    let admission = tx.get::<Admission>(id)?.filter(|admission| admission.state.holder == user);
    let Admission { state, terms } = admission.ok_or(Refusal::Unknown)?;
    if state.status != AdmissionStatus::Valid {
        return Err(Refusal::NotValid.into());
    }
    let now = tx.now();
    let known = tx.get::<Issuer>(Issuer::ID)?.unwrap_or_default();
    let issuer = known.rotated(random, now);
    if issuer != known {
        tx.put(issuer.clone());
    }
    let key = issuer.newest().and_then(|key| Some((key.kid, key.signing_key()?)));
    let (kid, key) = key.ok_or(Refusal::NotValid)?;
    let until = terms.starts_at.map_or(now, |starts_at| starts_at.max(now)).plus(CODE_KEPT);
    let claims = Claims {
        kid,
        ticket: state.ticket_id.into(),
        admission: id.into(),
        credential_version: state.credential_version,
        not_after: until.into(),
    };
    Ok((claims, key))
}
