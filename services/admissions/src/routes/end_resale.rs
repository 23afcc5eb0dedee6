//! DELETE /api/admissions/{id}/resale

use actix_web::delete;
use actix_web::web::Data;
use contract::AdmissionId;
use web::{PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::resale;

/// Ends the resale of an admission.
///
/// An order that holds the admission may still buy it. Otherwise it is valid again as soon as its
/// ticket is withdrawn.
#[utoipa::path(
    params(("id" = AdmissionId, Path, description = "The admission")),
    responses(
        (status = 202, description = "The resale ends, unless a purchase is under way and completes"),
        (status = 404, description = "No such admission of the signed-in user"),
        (status = 409, description = "`not_listed`"),
    ),
    security(("session" = [])),
)]
#[delete("/api/admissions/{id}/resale")]
pub(crate) async fn end_resale(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<AdmissionId>,
) -> Result<Response, Problem> {
    let (id, user) = (id.0, who.user);
    ports.store.transact(move |tx| resale::end(tx, (id, user))).await?;
    Ok(Response::accepted())
}
