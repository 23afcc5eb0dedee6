//! DELETE /api/gates/{id}

use actix_web::delete;
use actix_web::web::Data;
use contract::{GateId, UserId};
use store::{Stop, Tx};
use web::{PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::{Gate, Refusal};

/// Revokes a gate of the signed-in user: its key is valid no more.
#[utoipa::path(
    params(("id" = GateId, Path, description = "The gate")),
    responses(
        (status = 204, description = "The gate is revoked"),
        (status = 404, description = "No such gate of the signed-in user"),
    ),
    security(("session" = [])),
)]
#[delete("/api/gates/{id}")]
pub(crate) async fn revoke_gate(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<GateId>,
) -> Result<Response, Problem> {
    let id = id.0;
    ports.store.transact(move |tx| revoke(tx, id, who.user)).await?;
    Ok(Response::no_content())
}

fn revoke(tx: &mut Tx<'_>, id: GateId, user: UserId) -> Result<(), Stop<Refusal>> {
    tx.get::<Gate>(id)?.filter(|gate| gate.seller == user).ok_or(Refusal::UnknownGate)?;
    tx.delete::<Gate>(id);
    Ok(())
}
