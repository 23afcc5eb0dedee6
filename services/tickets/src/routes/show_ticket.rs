//! GET /api/tickets/{id}

use actix_web::get;
use actix_web::web::Data;
use contract::TicketId;
use web::{PathId, Problem, Response, Seen};

use crate::Ports;
use crate::domain::Refusal;
use crate::seen_stock;
use crate::views::{TicketView, shown};

/// Shows a ticket.
#[utoipa::path(
    params(("id" = TicketId, Path, description = "The ticket")),
    responses(
        (status = 200, description = "The ticket", body = TicketView),
        (status = 404, description = "No such ticket"),
    ),
)]
#[get("/api/tickets/{id}")]
pub(crate) async fn show_ticket(
    ports: Data<Ports>,
    id: PathId<TicketId>,
    seen: Seen,
) -> Result<Response, Problem> {
    let ticket = seen_stock::find(&ports, id.0, &seen).await?;
    let ticket = ticket.ok_or(Problem::from(Refusal::UnknownTicket))?;
    Ok(shown(&ticket, ports.clock.now()))
}
