//! The event of an admission, as its holder sees it.

use contract::show::ShowState;
use contract::ticket::TicketState;
use contract::{ShowId, TicketId, Timestamp};

use crate::Ports;
use crate::api::admission_views::AdmissionView;
use crate::domain::{Offer, Show};
use crate::failure::Failure;
use crate::language::Language;

/// The event, with its present time and place.
pub(super) struct Event {
    pub(super) title: String,
    /// The price category of a show.
    pub(super) category: Option<String>,
    pub(super) venue: Option<String>,
    pub(super) starts_at: Option<Timestamp>,
    /// The start in the zone of the venue, which is named.
    pub(super) when: Option<String>,
    pub(super) doors: Option<String>,
    /// The zone of the venue, of a show.
    pub(super) zone: Option<String>,
}

/// The events of admissions, each with its admission. Errors: [`Failure::Unavailable`].
pub(super) async fn with_events(
    ports: &Ports,
    t: Language,
    admissions: Vec<AdmissionView>,
) -> Result<Vec<(AdmissionView, Event)>, Failure> {
    let shows: Vec<ShowId> = admissions.iter().filter_map(|of| of.show_id).collect();
    let tickets = admissions.iter().filter(|of| of.show_id.is_none());
    let tickets: Vec<TicketId> = tickets.map(|of| of.ticket_id).collect();
    let mut shows = ports.store.find_all::<Show>(shows).await?.into_iter();
    let mut offers = ports.store.find_all::<Offer>(tickets).await?.into_iter();
    let with_event = |admission: AdmissionView| {
        let event = if admission.show_id.is_some() {
            let show = shows.next().flatten().and_then(|show| show.state);
            let unknown = || Event::of_ticket(t, &admission, None);
            show.map_or_else(unknown, |show| Event::of_show(t, &admission, &show))
        } else {
            let ticket = offers.next().flatten().and_then(|offer| offer.ticket);
            Event::of_ticket(t, &admission, ticket.as_ref())
        };
        (admission, event)
    };
    Ok(admissions.into_iter().map(with_event).collect())
}

impl Event {
    fn of_show(t: Language, admission: &AdmissionView, show: &ShowState) -> Self {
        let zone = Some(show.venue.time_zone.as_str());
        Self {
            title: show.title.clone(),
            category: Some(admission.title.clone()),
            venue: Some(match &show.venue.address {
                Some(address) => format!("{}, {address}", show.venue.name),
                None => show.venue.name.clone(),
            }),
            starts_at: Some(show.starts_at),
            when: Some(t.long_time(&show.starts_at, zone)),
            doors: show.doors_at.map(|at| t.doors(&t.time_of_day(&at, zone))),
            zone: zone.map(str::to_owned),
        }
    }

    /// Of a ticket in its present state, or as it was ordered.
    fn of_ticket(t: Language, admission: &AdmissionView, present: Option<&TicketState>) -> Self {
        let (venue, starts_at) = match present {
            Some(ticket) => (&ticket.venue, ticket.starts_at),
            None => (&admission.venue, admission.starts_at),
        };
        Self {
            title: admission.title.clone(),
            category: None,
            venue: venue.clone(),
            starts_at,
            when: starts_at.map(|at| t.long_time(&at, None)),
            doors: None,
            zone: None,
        }
    }
}
