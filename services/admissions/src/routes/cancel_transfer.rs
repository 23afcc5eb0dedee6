//! DELETE /api/transfers/{id}

use actix_web::delete;
use actix_web::web::Data;
use contract::{TransferId, UserId};
use store::{Stop, Tx};
use web::{PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::{Refusal, Transfer};
use crate::transferring::save;

/// Takes back a transfer of the signed-in user, who keeps the admissions.
#[utoipa::path(
    params(("id" = TransferId, Path, description = "The transfer")),
    responses(
        (status = 204, description = "Cancelled, or was already cancelled"),
        (status = 404, description = "No such transfer from the signed-in user"),
        (status = 409, description = "`transfer_ended`: accepted, declined, or too late"),
    ),
    security(("session" = [])),
)]
#[delete("/api/transfers/{id}")]
pub(crate) async fn cancel_transfer(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<TransferId>,
) -> Result<Response, Problem> {
    let (id, user) = (id.0, who.user);
    ports.store.transact(move |tx| cancel(tx, id, user)).await?;
    Ok(Response::no_content())
}

fn cancel(tx: &mut Tx<'_>, id: TransferId, user: UserId) -> Result<(), Stop<Refusal>> {
    let sent = tx.get::<Transfer>(id)?.filter(|transfer| transfer.state.from == user);
    let cancelled = sent.ok_or(Refusal::UnknownTransfer)?.cancel(tx.now())?;
    save(tx, cancelled);
    Ok(())
}
