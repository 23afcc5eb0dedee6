//! DELETE /api/tickets/{id}

use actix_web::delete;
use actix_web::web::Data;
use contract::TicketId;
use store::Tx;
use web::{PathId, Preconditions, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::{Refusal, Ticket};
use crate::revision_request::{requester, revise};
use crate::views::shown;

/// Withdraws a seller's own ticket.
///
/// No unit is sold after the response. Existing orders remain. Administrators may take down any
/// ticket, even if its only unit is held or sold; its seller cannot offer it again.
#[utoipa::path(
    params(
        ("id" = TicketId, Path, description = "The ticket"),
        ("If-Match" = Option<String>, Header, description = "ETag of the ticket that was read; 412 if the ticket was edited since. A sale is not an edit"),
    ),
    responses(
        (status = 204, description = "Withdrawn, or was already withdrawn"),
        (status = 403, description = "Not the seller of the ticket"),
        (status = 404, description = "No such ticket"),
        (status = 409, description = "`reserved`, or `resale`"),
    ),
    security(("session" = [])),
)]
#[delete("/api/tickets/{id}")]
pub(crate) async fn withdraw_ticket(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<TicketId>,
    preconditions: Preconditions,
) -> Result<Response, Problem> {
    let (id, requester) = (id.0, requester(&who));
    let withdraw = move |tx: &mut Tx<'_>, ticket: &Ticket| {
        let change = ticket.withdraw(requester)?;
        preconditions.check(ticket.version, || shown(ticket, tx.now())).map_err(Refusal::from)?;
        Ok(change)
    };
    revise(&ports, id.untyped(), withdraw).await?;
    Ok(Response::no_content())
}
