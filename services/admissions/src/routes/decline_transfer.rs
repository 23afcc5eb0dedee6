//! POST /api/transfers/{id}/decline

use actix_web::post;
use actix_web::web::Data;
use contract::{TransferId, UserId};
use store::{Stop, Tx};
use web::{NoBody, PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::Refusal;
use crate::transferring::{received, save};

/// Declines a transfer to the signed-in user; the sender keeps the admissions.
#[utoipa::path(
    params(("id" = TransferId, Path, description = "The transfer")),
    responses(
        (status = 204, description = "Declined, or was already declined"),
        (status = 404, description = "No such transfer to the signed-in user"),
        (status = 409, description = "`transfer_ended`: accepted, cancelled, or too late"),
    ),
    security(("session" = [])),
)]
#[post("/api/transfers/{id}/decline")]
pub(crate) async fn decline_transfer(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<TransferId>,
    _: NoBody,
) -> Result<Response, Problem> {
    let (id, user) = (id.0, who.user);
    ports.store.transact(move |tx| decline(tx, id, user)).await?;
    Ok(Response::no_content())
}

fn decline(tx: &mut Tx<'_>, id: TransferId, user: UserId) -> Result<(), Stop<Refusal>> {
    let declined = received(tx, id, user)?.decline(tx.now())?;
    save(tx, declined);
    Ok(())
}
