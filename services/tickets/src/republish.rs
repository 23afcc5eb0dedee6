//! What others keep copies of, published again as it stands.

use contract::MessageType;
use contract::revision;
use contract::ticket::{CREATED, Offer, TicketState, UPDATED, WITHDRAWN};
use service::Republisher;
use store::Unavailable;

use crate::domain::Ticket;

/// Publishes every ticket again, and every revision that is not decided; returns how many messages. Titles that were stored under
/// earlier rules are normalised, and the form in which they are searched is computed anew.
///
/// # Errors
/// [`Unavailable`] when the store or the bus does not answer; doing it again does no harm.
pub async fn republish(republishing: &Republisher) -> Result<u64, Unavailable> {
    republishing.rekey_all::<Ticket>().await?;
    let tickets = republishing.all(|ticket: &Ticket| Some(message_type(ticket).of(ticket.state())));
    let revisions =
        republishing.all(|ticket: &Ticket| Some(revision::REQUESTED.of(ticket.revision_state()?)));
    Ok(tickets.await? + revisions.await?)
}

/// The message that told of the ticket's present state first.
pub(crate) const fn message_type(ticket: &Ticket) -> MessageType<TicketState> {
    match (ticket.offer, ticket.version) {
        (Offer::Withdrawn | Offer::TakenDown, _) => WITHDRAWN,
        (Offer::Open, 0 | 1) => CREATED,
        (Offer::Open, _) => UPDATED,
    }
}
