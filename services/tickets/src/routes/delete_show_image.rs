//! DELETE /api/shows/{id}/image

use actix_web::delete;
use actix_web::web::Data;
use contract::ShowId;
use web::{NoBody, PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::Show;
use crate::revision_request::{requester, revise};

/// Removes the image of a seller's own show.
///
/// Administrators may remove the image of any show.
#[utoipa::path(
    params(("id" = ShowId, Path, description = "The show")),
    responses(
        (status = 204, description = "The show has no image"),
        (status = 403, description = "Not the seller of the show"),
        (status = 404, description = "No such show"),
        (status = 409, description = "`show_cancelled`"),
    ),
    security(("session" = [])),
)]
#[delete("/api/shows/{id}/image")]
pub(crate) async fn delete_show_image(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<ShowId>,
    _: NoBody,
) -> Result<Response, Problem> {
    let requester = requester(&who);
    let change = move |_: &mut store::Tx<'_>, show: &Show| Ok(show.change_image(requester, None)?);
    revise::<Show>(&ports, id.0.untyped(), change).await?;
    Ok(Response::no_content())
}
