//! The words about an offer.

use crate::api::offer_views::{OfferStatus, ShowStatus, TicketView};
use crate::language::Language;
use crate::pages::offers::price;

/// The words of a ticket's status, and the class of its tag.
pub(super) fn of_ticket(t: Language, status: OfferStatus) -> (&'static str, &'static str) {
    match status {
        OfferStatus::Open => (t.admin_offer_open(), "good"),
        OfferStatus::Withdrawn => (t.admin_offer_withdrawn(), "warn"),
        OfferStatus::TakenDown => (t.admin_offer_taken_down(), "bad"),
        OfferStatus::Suspended => (t.admin_offer_suspended(), "bad"),
        OfferStatus::Ended => (t.admin_offer_ended(), "warn"),
        OfferStatus::Cancelled => (t.cancelled(), "bad"),
    }
}

/// The price of a ticket.
pub(super) fn price_of(t: Language, ticket: &TicketView) -> String {
    price(t, ticket.money())
}

/// The available units of a ticket, and all.
pub(super) fn units_of(t: Language, ticket: &TicketView) -> String {
    t.admin_units_of(&t.number(ticket.available), &t.number(ticket.quantity))
}

/// The words of a show's status, and the class of its tag.
pub(super) fn of_show(t: Language, status: ShowStatus) -> (&'static str, &'static str) {
    match status {
        ShowStatus::Scheduled => (t.admin_show_scheduled(), "good"),
        ShowStatus::Postponed => (t.postponed(), "warn"),
        ShowStatus::Cancelled => (t.cancelled(), "bad"),
    }
}
