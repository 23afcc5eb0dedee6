//! A ticket that sells an admission again: its terms are those of the listing, until it ends.

use contract::admission::{AdmissionState, Listing};
use contract::text::Trusted as _;
use contract::ticket::TicketResale;
use contract::{Decided, Timestamp};

use super::Ticket;
use crate::domain::refusal::Refusal;
use crate::domain::terms::{Quantity, ResaleCap, Terms, Title, Venue};

impl Ticket {
    /// Offers an admission again, as its listing says.
    #[must_use]
    pub fn resell(admission: &AdmissionState, listing: &Listing, now: Timestamp) -> Self {
        let terms = Terms {
            title: Title::trusted(&listing.title),
            price: listing.price,
            quantity: Quantity::ONE,
            description: None,
            venue: listing.venue.as_deref().map(Venue::trusted),
            starts_at: listing.starts_at,
            late_sales: false,
            resale_cap: ResaleCap::default(),
            device_only: false,
        };
        let resale = TicketResale {
            admission_id: admission.id,
            ticket_id: admission.ticket_id,
            show_id: admission.show_id,
        };
        let offered = Self::offered(listing.ticket_id, admission.holder, terms, None, now);
        Self { resale: Some(resale), ..offered }
    }

    /// Ends the resale, unless its unit is held or sold: then with the next change of the stock.
    pub fn end_resale(&self) -> Decided<Self> {
        if self.is_ending {
            return Decided::AlreadyApplied;
        }
        Decided::applied(Self { is_ending: true, ..self.clone() }.withdraw_ended())
    }

    /// Refuses changes of a ticket that sells an admission again.
    pub(super) const fn check_first_sale(&self) -> Result<(), Refusal> {
        if self.resale.is_some() { Err(Refusal::Resale) } else { Ok(()) }
    }
}
