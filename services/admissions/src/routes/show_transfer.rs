//! GET /api/transfers/{id}

use actix_web::get;
use actix_web::web::Data;
use contract::TransferId;
use web::{PathId, Problem, Response, SignedIn};

use super::views::TransferView;
use crate::Ports;
use crate::domain::{Refusal, Transfer};

/// Shows a transfer that the signed-in user offered or may accept.
#[utoipa::path(
    params(("id" = TransferId, Path, description = "The transfer")),
    responses(
        (status = 200, description = "The transfer", body = TransferView),
        (status = 404, description = "No such transfer of the signed-in user"),
    ),
    security(("session" = [])),
)]
#[get("/api/transfers/{id}")]
pub(crate) async fn show_transfer(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<TransferId>,
) -> Result<Response, Problem> {
    let known = ports.store.find::<Transfer>(&id.0.to_string()).await?;
    let own = known.filter(|transfer| transfer.concerns(who.user));
    let transfer = own.ok_or(Refusal::UnknownTransfer)?;
    let view = TransferView::of(&transfer, who.user);
    Ok(Response::ok(&view).tagged(transfer.state.version))
}
