//! The words of the status of an offer.

use crate::api::offer_views::{OfferStatus, ShowStatus};
use crate::language::Language;

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

/// The words of a show's status, and the class of its tag.
pub(super) fn of_show(t: Language, status: ShowStatus) -> (&'static str, &'static str) {
    match status {
        ShowStatus::Scheduled => (t.admin_show_scheduled(), "good"),
        ShowStatus::Postponed => (t.postponed(), "warn"),
        ShowStatus::Cancelled => (t.cancelled(), "bad"),
    }
}
