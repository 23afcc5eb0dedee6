//! Transfers in the decisions that change them, with their admissions: each change is published.

use contract::admission::TRANSFERRED;
use contract::transfer::{
    ACCEPTED, CANCELLED, CLAIMED, DECLINED, EXPIRED, OFFERED, TransferRecipient, TransferStatus,
};
use contract::{AdmissionId, Decided, TransferId, UserId};
use service::person;
use store::{Loaded, Stop, Tx};

use crate::domain::{Admission, Refusal, Sender, Show, Transfer};

/// The offer of a transfer.
pub(crate) struct Offer {
    pub(crate) id: TransferId,
    pub(crate) from: UserId,
    pub(crate) to: TransferRecipient,
    pub(crate) choice: Choice,
}

/// The admissions of an offer.
pub(crate) enum Choice {
    /// Each of these.
    All(Vec<AdmissionId>),
    /// The first `units` of these that can be offered.
    First { candidates: Vec<AdmissionId>, units: usize },
}

/// Offers admissions. Errors: [`Refusal::SameUser`], [`Refusal::TooManyTransfers`],
/// [`Refusal::NotEnough`]; of named admissions [`Refusal::Unknown`], [`Refusal::NotValid`],
/// [`Refusal::BeingTransferred`].
pub(crate) fn offer(tx: &mut Tx<'_>, offer: &Offer) -> Result<Transfer, Stop<Refusal>> {
    let Offer { id, from, to, choice } = offer;
    let now = tx.now();
    if *to == (TransferRecipient::User { user_id: *from }) {
        return Err(Refusal::SameUser.into());
    }
    if person::is_erased(tx, *from)? {
        return Err(Refusal::Unknown.into());
    }
    let sender = tx.get::<Sender>(*from)?.unwrap_or_else(|| Sender::none(*from, now));
    let admissions = match choice {
        Choice::All(ids) => named(tx, *from, ids)?,
        Choice::First { candidates, units } => first(tx, *from, candidates, *units)?,
    };
    tx.put(sender.count(now)?);
    let title = title(tx, &admissions)?;
    let transfer = Transfer::offer(*id, (*from, to.clone()), &admissions, title, now);
    for admission in admissions {
        tx.save(admission.offer(*id)?);
    }
    tx.publish(OFFERED.of(transfer.state.clone()));
    tx.insert(transfer.clone());
    Ok(transfer)
}

/// These admissions of a holder, each of which must be free to be offered.
fn named(
    tx: &mut Tx<'_>,
    holder: UserId,
    ids: &[AdmissionId],
) -> Result<Vec<Admission>, Stop<Refusal>> {
    let known: Option<Vec<Admission>> = tx.get_all::<Admission>(ids)?.into_iter().collect();
    let own = known.filter(|known| known.iter().all(|one| one.state.holder == holder));
    let own = own.ok_or(Refusal::Unknown)?;
    if !own.iter().all(Admission::is_valid) {
        return Err(Refusal::NotValid.into());
    }
    if open_of(tx, &own)?.iter().any(Option::is_some) {
        return Err(Refusal::BeingTransferred.into());
    }
    Ok(own)
}

/// The first of these admissions that the holder is free to offer.
fn first(
    tx: &mut Tx<'_>,
    holder: UserId,
    candidates: &[AdmissionId],
    units: usize,
) -> Result<Vec<Admission>, Stop<Refusal>> {
    let known = tx.get_all::<Admission>(candidates)?.into_iter().flatten();
    let own: Vec<Admission> =
        known.filter(|one| one.state.holder == holder && one.is_valid()).collect();
    let open = open_of(tx, &own)?;
    let free = own.into_iter().zip(open).filter(|(_, open)| open.is_none());
    let free: Vec<Admission> = free.map(|(admission, _)| admission).take(units).collect();
    if free.len() < units { Err(Refusal::NotEnough.into()) } else { Ok(free) }
}

/// The title of the show of the first admission, or of its ticket.
fn title(tx: &mut Tx<'_>, admissions: &[Admission]) -> Loaded<String> {
    let Some(first) = admissions.first() else { return Ok(String::new()) };
    let show = match first.state.show_id {
        Some(id) => tx.get::<Show>(id)?.and_then(|show| show.state),
        None => None,
    };
    Ok(show.map_or_else(|| first.terms.title.clone(), |show| show.title))
}

/// The transfer of each admission that may still be accepted.
pub(crate) fn open_of(tx: &mut Tx<'_>, admissions: &[Admission]) -> Loaded<Vec<Option<Transfer>>> {
    let ids: Vec<TransferId> = admissions.iter().filter_map(|one| one.transfer).collect();
    let mut transfers = tx.get_all::<Transfer>(&ids)?.into_iter();
    let open = |one: &Admission| {
        let transfer = one.transfer.and_then(|_| transfers.next().flatten());
        transfer.filter(Transfer::is_offered)
    };
    Ok(admissions.iter().map(open).collect())
}

/// Ends the transfers that offer these admissions, which are used or void now.
pub(crate) fn end_of(tx: &mut Tx<'_>, admissions: &[Admission]) -> Loaded<()> {
    let mut open: Vec<Transfer> = open_of(tx, admissions)?.into_iter().flatten().collect();
    open.sort_by_key(|transfer| transfer.state.id);
    open.dedup_by_key(|transfer| transfer.state.id);
    for transfer in open {
        let ended = transfer.end(tx.now());
        save(tx, ended);
    }
    Ok(())
}

/// Accepts a transfer: its admissions have another holder, and codes of a higher version. Errors:
/// [`Refusal::UnknownTransfer`], [`Refusal::TransferEnded`], [`Refusal::NotValid`].
pub(crate) fn accept(
    tx: &mut Tx<'_>,
    id: TransferId,
    recipient: UserId,
) -> Result<(), Stop<Refusal>> {
    let transfer = received(tx, id, recipient)?;
    let accepted = transfer.accept(tx.now())?;
    if accepted == Decided::AlreadyApplied {
        return Ok(());
    }
    for admission in tx.get_all::<Admission>(&transfer.state.admissions)? {
        let admission = admission.ok_or(Refusal::NotValid)?.transfer(recipient, tx.now())?;
        tx.publish(TRANSFERRED.of(admission.state.clone()));
        tx.save(admission);
    }
    save(tx, accepted);
    Ok(())
}

/// A transfer to an account. Errors: [`Refusal::UnknownTransfer`].
pub(crate) fn received(
    tx: &mut Tx<'_>,
    id: TransferId,
    recipient: UserId,
) -> Result<Transfer, Stop<Refusal>> {
    let known = tx.get::<Transfer>(id)?.filter(|known| known.recipient() == Some(recipient));
    let known = known.ok_or(Refusal::UnknownTransfer)?;
    if person::is_erased(tx, recipient)? {
        return Err(Refusal::UnknownTransfer.into());
    }
    Ok(known)
}

/// Saves and publishes a changed transfer.
pub(crate) fn save(tx: &mut Tx<'_>, changed: Decided<Transfer>) {
    let Decided::Applied(transfer, ()) = changed else { return };
    let change = match transfer.state.status {
        TransferStatus::Offered => CLAIMED,
        TransferStatus::Accepted { .. } => ACCEPTED,
        TransferStatus::Declined { .. } => DECLINED,
        TransferStatus::Cancelled { .. } => CANCELLED,
        TransferStatus::Expired { .. } => EXPIRED,
    };
    tx.publish(change.of(transfer.state.clone()));
    tx.save(*transfer);
}
