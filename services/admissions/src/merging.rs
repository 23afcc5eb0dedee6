//! Entries of doors that had no network, merged when they are delivered.
//!
//! A door without a network admits by its own decision, so that two doors can admit one admission.
//! Of all entries of an admission the earliest counts; the others are conflicts, which the seller
//! sees. The result does not depend on the sequence in which doors deliver their scans.

use std::time::Duration;

use admission_codes::Verified;
use contract::{AdmissionId, Timestamp};
use store::{Loaded, Stop, Tx};

use crate::domain::{
    Admission, CheckIn, CheckInResult, Conflict, Entry, Event, Issuer, Merged, Refusal, ScanId,
    Ticket, Transfer,
};
use crate::doorkeeper::{Door, Doorkeeper};
use crate::entry::{Scanned, admission_of, save_used, verified, with_admission};

/// Scans in one decision: few enough that the slowest server commits them well within the timeout of
/// an operation.
pub(crate) const SCANS_PER_COMMIT_MAX: usize = 100;

/// Age of a scan that is merged: a door that has no network for longer is not in use, and results
/// of scans are kept for longer.
pub(crate) const SCAN_AGE_MAX: Duration = Duration::from_hours(7 * 24);

/// Entries of one door.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub(crate) doorkeeper: Doorkeeper,
    pub(crate) requested: Option<Event>,
    pub(crate) scans: Vec<OfflineScan>,
    /// The number of the counters that this replica changes.
    pub(crate) counter: u32,
}

/// A scan whose holder a door admitted without a network.
#[derive(Debug, Clone)]
pub(crate) struct OfflineScan {
    pub(crate) id: ScanId,
    pub(crate) at: Timestamp,
    /// A code that was genuine and current at that time.
    pub(crate) code: Result<Verified, CheckInResult>,
}

impl OfflineScan {
    /// A scan of a text. The code is verified at the time of the scan; a time in the future, by the
    /// clock of the door, counts as the present.
    pub(crate) fn of(
        (id, text, at): (ScanId, &str, Timestamp),
        issuer: &Issuer,
        now: Timestamp,
    ) -> Self {
        let at = at.min(now);
        let is_late = now.since(at) > SCAN_AGE_MAX;
        let code =
            if is_late { Err(CheckInResult::ExpiredCode) } else { verified(text, issuer, at) };
        Self { id, at, code }
    }

    fn check_in_id(&self, door: &Door) -> String {
        CheckIn::id_of(&door.id, self.id.as_str())
    }
}

impl Delivery {
    /// Merges the scans, in one commit. A repeat returns the first results. Errors: as
    /// [`Doorkeeper::door`].
    pub(crate) fn merge(&self, tx: &mut Tx<'_>) -> Result<Vec<Scanned>, Stop<Refusal>> {
        let door = self.doorkeeper.door(tx, self.requested.as_ref())?;
        self.load(tx, &door)?;
        let merged = self.scans.iter().map(|scan| self.merge_one(tx, &door, scan));
        Ok(merged.collect::<Loaded<_>>()?)
    }

    /// Loads the documents of all scans at once: a commit has a bounded number of loads.
    fn load(&self, tx: &mut Tx<'_>, door: &Door) -> Loaded<()> {
        let ids: Vec<_> = self.scans.iter().map(|scan| scan.check_in_id(door)).collect();
        let known = tx.get_all::<CheckIn>(&ids);
        let claimed = self.scans.iter().filter_map(|scan| scan.code.ok());
        let claimed: Vec<_> = claimed.map(|code| code.claims.admission).collect();
        let admissions = tx.get_all::<Admission>(&claimed)?;
        known?;
        let admissions: Vec<Admission> = admissions.into_iter().flatten().collect();
        let earlier = admissions.iter().filter_map(|admission| admission.entered_by.clone());
        let earlier = tx.get_all::<CheckIn>(&earlier.collect::<Vec<_>>());
        let tickets: Vec<_> = admissions.iter().map(|it| it.state.ticket_id).collect();
        let tickets = tx.get_all::<Ticket>(&tickets);
        let transfers: Vec<_> = admissions.iter().filter_map(|it| it.transfer).collect();
        tx.get_all::<Transfer>(&transfers)?;
        tickets?;
        earlier.map(drop)
    }

    fn merge_one(&self, tx: &mut Tx<'_>, door: &Door, scan: &OfflineScan) -> Loaded<Scanned> {
        let id = scan.check_in_id(door);
        if let Some(known) = tx.get::<CheckIn>(&id)? {
            return Self::repeat(tx, door, known);
        }
        let (scanned_at, gate) = (scan.at, door.gate);
        let (result, admission_id, used_at) = self.enter(tx, door, scan)?;
        let merged =
            CheckIn { id, result, admission_id, used_at, scanned_at, gate, conflict: None };
        let (mut merged, admission) = with_admission(tx, door, merged)?;
        if result != CheckInResult::Admitted {
            merged = merged.conflicting(conflict(door, admission.as_ref()));
        }
        tx.insert(merged.clone());
        Ok((merged, admission))
    }

    /// A scan with a known result. If the door admitted the person because it did not receive the
    /// refusal, that is a conflict.
    fn repeat(tx: &mut Tx<'_>, door: &Door, known: CheckIn) -> Loaded<Scanned> {
        let (mut known, admission) = with_admission(tx, door, known)?;
        if known.result != CheckInResult::Admitted && known.conflict.is_none() {
            known = known.conflicting(conflict(door, admission.as_ref()));
            tx.save(known.clone());
        }
        Ok((known, admission))
    }

    fn enter(&self, tx: &mut Tx<'_>, door: &Door, scan: &OfflineScan) -> Loaded<Entered> {
        let admission = match admission_of(tx, door, scan.code)? {
            Ok(admission) => admission,
            Err((result, id)) => return Ok((result, id, None)),
        };
        let id = Some(admission.state.id);
        let entry = Entry { at: scan.at, scan: scan.check_in_id(door) };
        Ok(match admission.merge(entry, tx.now()) {
            Merged::CountsNot(result, used_at) => (result, id, used_at),
            Merged::Counts { used, displaced } => {
                let displaced = match displaced {
                    Some(scan) => tx.get::<CheckIn>(scan)?,
                    None => None,
                };
                if let Some(displaced) = displaced {
                    tx.save(displaced.conflicting(conflict(door, Some(&used))));
                }
                save_used(tx, self.counter, &admission, *used)?;
                (CheckInResult::Admitted, id, Some(scan.at))
            }
        })
    }
}

type Entered = (CheckInResult, Option<AdmissionId>, Option<Timestamp>);

fn conflict(door: &Door, admission: Option<&Admission>) -> Conflict {
    Conflict::of(&door.event, admission.map(|admission| &admission.state))
}
