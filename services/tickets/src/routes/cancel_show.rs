//! POST /api/shows/{id}/cancel

use actix_web::post;
use actix_web::web::Data;
use contract::ShowId;
use store::Tx;
use web::{NoBody, PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::Show;
use crate::revision_request::{requester, revise};
use crate::views::{ShowProgressView, progress};

/// Cancels a show; for its seller and for administrators.
///
/// No unit is sold after the response. Open orders end, and every paid order is refunded in full.
/// The show itself has the progress. A cancelled show remains so.
#[utoipa::path(
    params(("id" = ShowId, Path, description = "The show")),
    responses(
        (status = 202, description = "Cancelled, or was already cancelled", body = ShowProgressView),
        (status = 403, description = "Not the seller of the show"),
        (status = 404, description = "No such show"),
        (status = 409, description = "`show_begun`: only an administrator can cancel it"),
    ),
    security(("session" = [])),
)]
#[post("/api/shows/{id}/cancel")]
pub(crate) async fn cancel_show(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<ShowId>,
    _: NoBody,
) -> Result<Response, Problem> {
    let requester = requester(&who);
    let cancel = move |tx: &mut Tx<'_>, show: &Show| Ok(show.cancel(requester, tx.now())?);
    let show = revise(&ports, id.0.untyped(), cancel).await?;
    Ok(progress(&show))
}
