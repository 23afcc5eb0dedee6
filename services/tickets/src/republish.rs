//! Republishes the present states that other services copy.

use contract::show::{self, ShowState, ShowStatus};
use contract::ticket::{CREATED, Offer, TicketState, UPDATED, WITHDRAWN};
use contract::{MessageType, revision, show_revision};
use service::Republisher;
use store::Unavailable;

use crate::domain::{Show, Ticket};

/// Publishes every show, every ticket and every undecided revision again. Returns the number of
/// messages. Normalises titles of tickets stored under earlier rules, and recomputes their search
/// form.
///
/// # Errors
/// [`Unavailable`] if the store or the bus is unreachable; a repeat is harmless.
pub async fn republish(republishing: &Republisher) -> Result<u64, Unavailable> {
    republishing.rekey_all::<Ticket>().await?;
    let tickets = republishing.all(|ticket: &Ticket| Some(message_type(ticket).of(ticket.state())));
    let revisions =
        republishing.all(|ticket: &Ticket| Some(revision::REQUESTED.of(ticket.revision_state()?)));
    let shows = republishing.all(|show: &Show| Some(show_message_type(show).of(show.state())));
    let show_revisions =
        republishing.all(|show: &Show| Some(show_revision::REQUESTED.of(show.revision_state()?)));
    let shows = shows.await? + show_revisions.await?;
    Ok(shows + tickets.await? + revisions.await?)
}

/// The message type of the ticket's present state.
pub(crate) const fn message_type(ticket: &Ticket) -> MessageType<TicketState> {
    match (ticket.offer, ticket.version) {
        (Offer::Withdrawn | Offer::TakenDown, _) => WITHDRAWN,
        (Offer::Open, 0 | 1) => CREATED,
        (Offer::Open, _) => UPDATED,
    }
}

/// The message type of the show's present state.
pub(crate) const fn show_message_type(show: &Show) -> MessageType<ShowState> {
    match (show.status, show.version) {
        (ShowStatus::Cancelled, _) => show::CANCELLED,
        (ShowStatus::Postponed { .. }, _) => show::POSTPONED,
        (ShowStatus::Scheduled, 0 | 1) => show::CREATED,
        (ShowStatus::Scheduled, _) => show::UPDATED,
    }
}
