//! DELETE /api/admissions/{id}/device

use actix_web::delete;
use actix_web::web::Data;
use contract::admission::UPDATED;
use contract::{AdmissionId, Decided, UserId};
use store::{Stop, Tx};
use web::{NoBody, PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::claims::held;
use crate::domain::Refusal;

/// Returns an admission from its device to the static code.
///
/// Codes of the device are superseded. Without a device, the request has no effect.
#[utoipa::path(
    params(("id" = AdmissionId, Path, description = "The admission")),
    responses(
        (status = 204, description = "The admission is bound to no device"),
        (status = 404, description = "No such admission of the signed-in user"),
        (status = 409, description = "`not_valid`: used, or void"),
    ),
    security(("session" = [])),
)]
#[delete("/api/admissions/{id}/device")]
pub(crate) async fn unbind_device(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<AdmissionId>,
    _: NoBody,
) -> Result<Response, Problem> {
    let of = (id.0, who.user);
    ports.store.transact(move |tx| unbind(tx, of)).await?;
    Ok(Response::no_content())
}

fn unbind(tx: &mut Tx<'_>, of: (AdmissionId, UserId)) -> Result<(), Stop<Refusal>> {
    if let Decided::Applied(unbound, ()) = held(tx, of)?.unbind(tx.now())? {
        tx.publish(UPDATED.of(unbound.state.clone()));
        tx.save(*unbound);
    }
    Ok(())
}
