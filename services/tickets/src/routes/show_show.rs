//! GET /api/shows/{id}

use actix_web::get;
use actix_web::web::Data;
use contract::ShowId;
use web::{MaybeSignedIn, PathId, Problem, Response, Seen};

use crate::Ports;
use crate::domain::{Refusal, Show};
use crate::seen_stock;
use crate::views::{ShowView, shown_show, tickets_of};

/// Shows a show with its tickets; to its seller and administrators, also the progress of refunds.
#[utoipa::path(
    params(("id" = ShowId, Path, description = "The show")),
    responses(
        (status = 200, description = "The show", body = ShowView),
        (status = 404, description = "No such show"),
    ),
)]
#[get("/api/shows/{id}")]
pub(crate) async fn show_show(
    ports: Data<Ports>,
    id: PathId<ShowId>,
    who: MaybeSignedIn,
    seen: Seen,
) -> Result<Response, Problem> {
    seen_stock::follow_all(&ports, &seen).await?;
    let show = ports.store.find::<Show>(&id.0.to_string()).await?;
    let show = show.ok_or(Problem::from(Refusal::UnknownShow))?;
    let tickets = tickets_of(&ports.store, &show).await?;
    Ok(shown_show(&show, &tickets, who.0.as_ref(), ports.clock.now()))
}
