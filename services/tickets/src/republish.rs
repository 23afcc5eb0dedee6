//! Republishes the present states that other services copy.

use contract::MessageType;
use contract::revision;
use contract::ticket::{CREATED, Offer, TicketState, UPDATED, WITHDRAWN};
use service::Republisher;
use store::Unavailable;

use crate::domain::Ticket;

/// Publishes every ticket and every undecided revision again. Returns the number of messages.
/// Normalises titles stored under earlier rules, and recomputes their search form.
///
/// # Errors
/// [`Unavailable`] if the store or the bus is unreachable; a repeat is harmless.
pub async fn republish(republishing: &Republisher) -> Result<u64, Unavailable> {
    republishing.rekey_all::<Ticket>().await?;
    let tickets = republishing.all(|ticket: &Ticket| Some(message_type(ticket).of(ticket.state())));
    let revisions =
        republishing.all(|ticket: &Ticket| Some(revision::REQUESTED.of(ticket.revision_state()?)));
    Ok(tickets.await? + revisions.await?)
}

/// The message type of the ticket's present state.
pub(crate) const fn message_type(ticket: &Ticket) -> MessageType<TicketState> {
    match (ticket.offer, ticket.version) {
        (Offer::Withdrawn | Offer::TakenDown, _) => WITHDRAWN,
        (Offer::Open, 0 | 1) => CREATED,
        (Offer::Open, _) => UPDATED,
    }
}
