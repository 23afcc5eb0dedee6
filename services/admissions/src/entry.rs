//! A scan at a door, in the decision that admits the holder: of two scans at the same instant one is
//! admitted.

use admission_codes::{Code, Rejected, Verified};
use contract::admission::USED;
use contract::{AdmissionId, Timestamp, UserId};
use store::{Stop, Tx};

use crate::domain::{Admission, CheckIn, CheckInResult, Issuer, Refusal, ScanId, Ticket};
use crate::event::Event;

/// A scan: its seller, its id, the event at whose door it is, and a genuine code.
pub(crate) struct Scan {
    pub(crate) seller: UserId,
    pub(crate) id: ScanId,
    pub(crate) event: Event,
    pub(crate) code: Result<Verified, CheckInResult>,
}

/// The code of a text, verified before the decision: keys are added and never removed. Errors:
/// [`CheckInResult::ExpiredCode`], [`CheckInResult::Forged`].
pub(crate) fn verified(
    text: &str,
    issuer: &Issuer,
    now: Timestamp,
) -> Result<Verified, CheckInResult> {
    let code = Code::parse(text).map_err(|_| CheckInResult::Forged)?;
    match code.verify(|kid| issuer.public_key(kid), now) {
        Ok(verified) => Ok(verified),
        Err(Rejected::Expired) => Err(CheckInResult::ExpiredCode),
        Err(Rejected::Forged | Rejected::UnknownKey) => Err(CheckInResult::Forged),
    }
}

/// Admits the holder of a valid admission, once. A repeat returns the first result. Errors:
/// [`Refusal::NotSeller`], [`Refusal::UnknownEvent`].
pub(crate) fn check_in(tx: &mut Tx<'_>, scan: &Scan) -> Result<CheckIn, Stop<Refusal>> {
    if scan.event.seller(tx)?.ok_or(Refusal::UnknownEvent)? != scan.seller {
        return Err(Refusal::NotSeller.into());
    }
    let id = CheckIn::id_of(scan.seller, scan.id.as_str());
    if let Some(known) = tx.get::<CheckIn>(&id)? {
        return Ok(known);
    }
    let now = tx.now();
    let (result, admission_id, used_at) = enter(tx, scan, now)?;
    let check_in = CheckIn { id, result, admission_id, used_at, scanned_at: now };
    tx.insert(check_in.clone());
    Ok(check_in)
}

type Entry = (CheckInResult, Option<AdmissionId>, Option<Timestamp>);

fn enter(tx: &mut Tx<'_>, scan: &Scan, now: Timestamp) -> Result<Entry, Stop<Refusal>> {
    let Verified { claims, is_static } = match scan.code {
        Ok(verified) => verified,
        Err(result) => return Ok((result, None, None)),
    };
    let Some(admission) = tx.get::<Admission>(claims.admission)? else {
        return Ok((CheckInResult::Forged, None, None));
    };
    let id = Some(admission.state.id);
    if !scan.event.has(&admission) {
        return Ok((CheckInResult::WrongTicket, id, None));
    }
    // A code that was printed before the seller allowed codes of devices only.
    let is_replaced = is_static
        && tx.get::<Ticket>(admission.state.ticket_id)?.is_some_and(|ticket| ticket.device_only);
    if is_replaced || admission.state.credential_version != claims.credential_version {
        return Ok((CheckInResult::Superseded, id, None));
    }
    Ok(match admission.enter(now) {
        Ok(used) => {
            tx.publish(USED.of(used.state.clone()));
            tx.save(used);
            (CheckInResult::Admitted, id, Some(now))
        }
        Err((result, used_at)) => (result, id, used_at),
    })
}
