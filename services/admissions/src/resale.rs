//! Resales in the decisions that sell, list and return admissions: each change is published.

use bus::Handled;
use contract::admission::{AdmissionStatus, LISTED, TRANSFERRED, UNLISTED, VOIDED};
use contract::order::{OrderItem, OrderState};
use contract::ticket::{Offer, TicketState};
use contract::{AdmissionId, Decided, Money, TicketId, UserId};
use service::person;
use store::{Stop, Tx};

use crate::claims::held;
use crate::domain::{Admission, Refusal, Ticket};
use crate::transferring;

/// Lists an admission that the user holds, unless a transfer offers it. Returns the ticket that will be on sale. Errors:
/// [`Refusal::Unknown`], [`Refusal::Erased`], [`Refusal::BeingTransferred`], and those of [`Admission::list`].
pub(crate) fn list(
    tx: &mut Tx<'_>,
    (id, user): (AdmissionId, UserId),
    price: impl FnOnce(Money) -> Result<Money, Refusal>,
) -> Result<TicketId, Stop<Refusal>> {
    if person::is_erased(tx, user)? {
        return Err(Refusal::Erased.into());
    }
    let admission = held(tx, (id, user))?;
    let open = transferring::open_of(tx, std::slice::from_ref(&admission))?;
    if open.iter().any(Option::is_some) {
        return Err(Refusal::BeingTransferred.into());
    }
    let cap = tx.get::<Ticket>(admission.state.ticket_id)?.map_or(0, |ticket| ticket.resale_cap);
    let price = price(admission.terms.price)?;
    let listed = admission.list(price, cap, tx.now())?;
    let ticket = listed.listing().ok_or(Refusal::NotListed)?.ticket_id;
    tx.publish(LISTED.of(listed.state.clone()));
    tx.save(listed);
    Ok(ticket)
}

/// Requests the end of a listing. Errors: [`Refusal::Unknown`], [`Refusal::NotListed`].
pub(crate) fn end(tx: &mut Tx<'_>, (id, user): (AdmissionId, UserId)) -> Result<(), Stop<Refusal>> {
    if let Decided::Applied(ending, ()) = held(tx, (id, user))?.end_listing(tx.now())? {
        tx.publish(LISTED.of(ending.state.clone()));
        tx.save(*ending);
    }
    Ok(())
}

/// Follows the ticket of a listing: once it is withdrawn no order can buy it, so that the admission
/// returns to its holder. Withdrawals are refused while an order holds or has bought the unit.
pub(crate) fn follow<R>(
    tx: &mut Tx<'_>,
    id: AdmissionId,
    ticket: &TicketState,
) -> Result<Handled, Stop<R>> {
    if ticket.offer != Offer::Withdrawn {
        return Ok(Handled::NotForUs);
    }
    let Some(admission) = tx.get::<Admission>(id)? else { return Ok(Handled::NotForUs) };
    match admission.unlist(ticket.id, tx.now()) {
        Decided::AlreadyApplied => Ok(Handled::AlreadyApplied),
        Decided::Applied(unlisted, ()) => {
            tx.publish(UNLISTED.of(unlisted.state.clone()));
            tx.save(*unlisted);
            Ok(Handled::Applied)
        }
    }
}

/// The admission belongs to the buyer of a complete order. A void one is published as void again,
/// with the order, which payments refunds.
pub(crate) fn sell(
    tx: &mut Tx<'_>,
    order: &OrderState,
    item: &OrderItem,
    id: AdmissionId,
) -> Result<(), Stop<Refusal>> {
    let admission = tx.get::<Admission>(id)?.ok_or(Refusal::Unknown)?;
    if let Decided::Applied(resold, ()) = admission.resell(order, item.ticket_id, tx.now())? {
        let message = match resold.state.status {
            AdmissionStatus::Void { .. } => VOIDED,
            AdmissionStatus::Valid | AdmissionStatus::Listed | AdmissionStatus::Used { .. } => {
                TRANSFERRED
            }
        };
        tx.publish(message.of(resold.state.clone()));
        tx.save(*resold);
    }
    Ok(())
}
