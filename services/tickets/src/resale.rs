//! Tickets that sell admissions again.

use bus::Handled;
use contract::admission::{AdmissionState, AdmissionStatus};
use contract::{Decided, ticket};
use service::person;
use store::{Never, Stop, Tx};

use crate::domain::Ticket;
use crate::{revision_request, show_offers};

/// Offers a listed admission, or ends its resale, in any order of the messages: a ticket whose end
/// is handled first is offered and withdrawn.
pub(crate) fn follow(tx: &mut Tx<'_>, admission: &AdmissionState) -> Result<Handled, Stop<Never>> {
    let Some(listing) = &admission.listing else { return Ok(Handled::NotForUs) };
    let is_void = matches!(admission.status, AdmissionStatus::Void { .. });
    let is_ending = listing.is_ending || is_void;
    if let Some(known) = tx.get::<Ticket>(listing.ticket_id)? {
        return if is_ending { end(tx, &known) } else { Ok(Handled::AlreadyApplied) };
    }
    let offered = Ticket::resell(admission, listing, tx.now());
    tx.publish(ticket::CREATED.of(offered.state()));
    let ended = if person::is_erased(tx, admission.holder)? {
        offered.erase_seller()
    } else if is_ending {
        offered.end_resale()
    } else {
        Decided::AlreadyApplied
    };
    match ended {
        Decided::AlreadyApplied => tx.insert(offered),
        Decided::Applied(ended, ()) => {
            revision_request::publish(tx, &offered, &*ended);
            tx.insert(*ended);
        }
    }
    Ok(Handled::Applied)
}

/// Ends a resale: orders decides whether a purchase is under way.
fn end(tx: &mut Tx<'_>, ticket: &Ticket) -> Result<Handled, Stop<Never>> {
    match ticket.end_resale() {
        Decided::AlreadyApplied => Ok(Handled::AlreadyApplied),
        Decided::Applied(ended, ()) => {
            revision_request::publish(tx, ticket, &*ended);
            show_offers::save_ticket(tx, ticket, *ended)?;
            Ok(Handled::Applied)
        }
    }
}
