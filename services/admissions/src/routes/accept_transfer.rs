//! POST /api/transfers/{id}/accept

use actix_web::post;
use actix_web::web::Data;
use contract::TransferId;
use web::{NoBody, PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::transferring::accept;

/// Accepts a transfer: the signed-in user holds all its admissions from now on.
///
/// Codes that the sender has do not admit any more.
#[utoipa::path(
    params(("id" = TransferId, Path, description = "The transfer")),
    responses(
        (status = 204, description = "Accepted, or was already accepted"),
        (status = 404, description = "No such transfer to the signed-in user"),
        (status = 409, description = "`transfer_ended`: declined, cancelled, or too late"),
    ),
    security(("session" = [])),
)]
#[post("/api/transfers/{id}/accept")]
pub(crate) async fn accept_transfer(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<TransferId>,
    _: NoBody,
) -> Result<Response, Problem> {
    let (id, user) = (id.0, who.user);
    ports.store.transact(move |tx| accept(tx, id, user)).await?;
    Ok(Response::no_content())
}
