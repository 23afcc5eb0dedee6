//! DELETE /api/tickets/{id}

use actix_web::delete;
use actix_web::web::Data;
use contract::TicketId;
use web::{Answer, PathId, Preconditions, Problem, ProblemBody, SignedIn};

use super::views::shown;
use crate::Ports;
use crate::domain::Ticket;
use crate::revising::{requester, revise};

/// Withdraws a seller's own ticket: no unit is sold after the response. Orders that were placed before stay. Administrators may take down
/// every ticket, also one whose only unit is held or sold; its seller cannot offer it again.
#[utoipa::path(
    tag = "tickets",
    params(
        ("id" = TicketId, Path, description = "The ticket"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read; 412 if the ticket was edited since, while sales count as no edit"),
    ),
    responses(
        (status = 204, description = "It is withdrawn, now or before"),
        (status = 400, description = "The id is not one", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Somebody else's ticket", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such ticket", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "reserved", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "Another version than If-Match names", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
#[delete("/api/tickets/{id}")]
pub(crate) async fn withdraw_ticket(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<TicketId>,
    preconditions: Preconditions,
) -> Result<Answer, Problem> {
    let (id, requester) = (id.0, requester(&who));
    let withdraw = move |ticket: &Ticket, now| {
        let change = ticket.withdraw(requester)?;
        preconditions.check(ticket.version, || shown(ticket, now))?;
        Ok(change)
    };
    revise(&ports, id, withdraw).await?;
    Ok(Answer::no_content())
}
