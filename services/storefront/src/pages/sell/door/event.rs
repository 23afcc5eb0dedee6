//! The event of a door: a show with all its tickets, or one ticket.

use contract::{ShowId, TicketId};

use crate::domain::{Offer, Show};
use crate::failure::Failure;
use crate::visit::Visit;

/// The event. From storefront's copies, so that a door needs no other service than admissions.
pub(super) struct DoorEvent {
    subject: DoorSubject,
    pub(super) title: String,
    /// The zone of the venue, of a show.
    pub(super) zone: Option<String>,
}

enum DoorSubject {
    Show(ShowId),
    Ticket(TicketId),
}

impl DoorEvent {
    /// A show of the visitor. Errors: [`Failure::SignIn`]; [`Failure::NotFound`] for other shows.
    pub(super) async fn of_show(visit: &Visit, id: &str) -> Result<Self, Failure> {
        let user = visit.signed_in()?.user;
        let id: ShowId = id.parse().map_err(|_| Failure::NotFound)?;
        let show = visit.ports().store.find::<Show>(&id.to_string()).await?;
        let own = show.and_then(|show| show.state).filter(|show| show.seller == user);
        let show = own.ok_or(Failure::NotFound)?;
        let (title, zone) = (show.title, Some(show.venue.time_zone));
        Ok(Self { subject: DoorSubject::Show(id), title, zone })
    }

    /// A ticket of the visitor. Errors: as [`Self::of_show`].
    pub(super) async fn of_ticket(visit: &Visit, id: &str) -> Result<Self, Failure> {
        let user = visit.signed_in()?.user;
        let id: TicketId = id.parse().map_err(|_| Failure::NotFound)?;
        let offer = visit.ports().store.find::<Offer>(&id.to_string()).await?;
        let own = offer.and_then(|offer| offer.ticket).filter(|ticket| ticket.seller == user);
        let ticket = own.ok_or(Failure::NotFound)?;
        Ok(Self { subject: DoorSubject::Ticket(id), title: ticket.title, zone: None })
    }

    /// Whether a gate of this show, or else of these tickets, is at its door.
    pub(super) fn has(&self, show: Option<ShowId>, tickets: &[TicketId]) -> bool {
        match self.subject {
            DoorSubject::Show(id) => show == Some(id),
            DoorSubject::Ticket(id) => tickets.contains(&id),
        }
    }

    /// The field of a scan that names the event, and its value.
    pub(super) fn of_scan(&self) -> (&'static str, String) {
        match self.subject {
            DoorSubject::Show(id) => ("showId", id.to_string()),
            DoorSubject::Ticket(id) => ("ticketId", id.to_string()),
        }
    }

    /// The page of its seller.
    pub(super) fn seller_path(&self) -> String {
        match self.subject {
            DoorSubject::Show(id) => format!("/sell/shows/{id}"),
            DoorSubject::Ticket(id) => format!("/sell/tickets/{id}"),
        }
    }

    /// The page of the door.
    pub(super) fn path(&self) -> String {
        format!("{}/door", self.seller_path())
    }
}
