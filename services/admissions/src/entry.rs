//! A scan at a door, in the decision that admits the holder: of two scans at the same instant one is
//! admitted.

use admission_codes::{Code, Rejected, Verified};
use contract::Timestamp;
use contract::admission::USED;
use store::{Loaded, Reads, Stop, Tx};

use crate::counting::count;
use crate::domain::{
    Admission, CheckIn, CheckInResult, Counts, Entry, Event, Gate, Issuer, Refusal, ScanId, Show,
    Ticket,
};
use crate::doorkeeper::{Door, Doorkeeper};
use crate::transferring;

/// A scan: its sender, its event if the sender names one, its id, and a genuine code.
pub(crate) struct Scan {
    pub(crate) doorkeeper: Doorkeeper,
    pub(crate) requested: Option<Event>,
    pub(crate) id: ScanId,
    pub(crate) code: Result<Verified, CheckInResult>,
    /// The number of the counters that this replica changes.
    pub(crate) counter: u32,
}

/// The result of a scan, and the admission if the code is a genuine one for the door.
pub(crate) type Scanned = (CheckIn, Option<Admission>);

/// The code of a text, verified before the decision: keys are added and never removed. Errors:
/// [`CheckInResult::ExpiredCode`], [`CheckInResult::Forged`].
pub(crate) fn verified(
    text: &str,
    issuer: &Issuer,
    at: Timestamp,
) -> Result<Verified, CheckInResult> {
    let code = Code::parse(text).map_err(|_| CheckInResult::Forged)?;
    match code.verify(|kid| issuer.public_key(kid), at) {
        Ok(verified) => Ok(verified),
        Err(Rejected::Expired) => Err(CheckInResult::ExpiredCode),
        Err(Rejected::Forged | Rejected::UnknownKey) => Err(CheckInResult::Forged),
    }
}

impl Scan {
    /// The documents that the decision reads first.
    pub(crate) fn reads(&self) -> Reads {
        let reads = match &self.doorkeeper {
            Doorkeeper::Seller(user) => Reads::default()
                .and::<CheckIn>([CheckIn::id_of(&user.to_string(), self.id.as_str())]),
            Doorkeeper::Gate(key) => Reads::default()
                .and::<Gate>([key.id])
                .and::<CheckIn>([CheckIn::id_of(&key.id.to_string(), self.id.as_str())]),
        };
        let reads = reads.and::<Admission>(self.code.ok().map(|code| code.claims.admission));
        match &self.requested {
            Some(Event::Show(id)) => reads.and::<Show>([id]),
            Some(Event::Tickets(ids)) => reads.and::<Ticket>(ids),
            None => reads,
        }
    }

    /// Admits the holder of a valid admission, once. A repeat returns the first result. Errors: as
    /// [`Doorkeeper::door`].
    pub(crate) fn check_in(&self, tx: &mut Tx<'_>) -> Result<Scanned, Stop<Refusal>> {
        let door = self.doorkeeper.door(tx, self.requested.as_ref())?;
        let id = CheckIn::id_of(&door.id, self.id.as_str());
        if let Some(known) = tx.get::<CheckIn>(&id)? {
            return Ok(with_admission(tx, &door, known)?);
        }
        let now = tx.now();
        let rejected = |result| CheckIn {
            id: id.clone(),
            result,
            admission_id: None,
            used_at: None,
            scanned_at: now,
            gate: door.gate,
            conflict: None,
        };
        let check_in = match admission_of(tx, &door, self.code)? {
            Err((result, admission_id)) => CheckIn { admission_id, ..rejected(result) },
            Ok(admission) => {
                let entered = admission.enter(Entry { at: now, scan: id.clone() }, now);
                let (result, used_at) = match entered {
                    Ok(used) => {
                        save_used(tx, self.counter, &admission, used)?;
                        (CheckInResult::Admitted, Some(now))
                    }
                    Err(refused) => refused,
                };
                let admission_id = Some(admission.state.id);
                CheckIn { admission_id, used_at, ..rejected(result) }
            }
        };
        tx.insert(check_in.clone());
        Ok(with_admission(tx, &door, check_in)?)
    }
}

/// Why claims are of no admission that the door can admit, and the admission if they name one.
pub(crate) type Rejection = (CheckInResult, Option<contract::AdmissionId>);

/// The admission of a code, with its present credential, at its door.
pub(crate) fn admission_of(
    tx: &mut Tx<'_>,
    door: &Door,
    code: Result<Verified, CheckInResult>,
) -> Loaded<Result<Admission, Rejection>> {
    let Verified { claims, is_static } = match code {
        Ok(verified) => verified,
        Err(result) => return Ok(Err((result, None))),
    };
    let Some(admission) = tx.get::<Admission>(claims.admission)? else {
        return Ok(Err((CheckInResult::Forged, None)));
    };
    let id = Some(admission.state.id);
    if !door.event.has(&admission.state) {
        return Ok(Err((CheckInResult::WrongTicket, id)));
    }
    // A code that was printed before the seller allowed codes of devices only.
    let is_replaced = is_static
        && tx.get::<Ticket>(admission.state.ticket_id)?.is_some_and(|ticket| ticket.device_only);
    if is_replaced || admission.state.credential_version != claims.credential_version {
        return Ok(Err((CheckInResult::Superseded, id)));
    }
    Ok(Ok(admission))
}

/// Stores and publishes a used admission, counts it, and ends the transfer that offers it.
pub(crate) fn save_used(
    tx: &mut Tx<'_>,
    counter: u32,
    before: &Admission,
    used: Admission,
) -> Loaded<()> {
    let change = Counts::between(Some(before.state.status), used.state.status);
    count(tx, counter, &used.state, change)?;
    transferring::end_of(tx, std::slice::from_ref(&used))?;
    tx.publish(USED.of(used.state.clone()));
    tx.save(used);
    Ok(())
}

/// A result with its admission, if that is for the door: a code for another door reveals nothing.
pub(crate) fn with_admission(tx: &mut Tx<'_>, door: &Door, scan: CheckIn) -> Loaded<Scanned> {
    let admission = match scan.admission_id {
        Some(id) => tx.get::<Admission>(id)?,
        None => None,
    };
    Ok((scan, admission.filter(|admission| door.event.has(&admission.state))))
}
