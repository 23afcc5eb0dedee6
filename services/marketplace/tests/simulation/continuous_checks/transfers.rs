//! Changes of admissions and of transfers.

use admissions::{Admission, Transfer};
use contract::admission::AdmissionStatus::{Listed, Used, Valid, Void};
use contract::transfer::TransferStatus;
use contract::{TransferId, UserId};
use invariants::Rule;
use store::batch::Batch;

use super::{Checks, written};
use crate::summary::variant;

impl Checks {
    /// The status of a transfer, as committed last.
    pub(crate) fn transfer(&self, id: TransferId) -> Option<TransferStatus> {
        self.transfers.get(&id).map(|transfer| transfer.state.status)
    }

    /// A used admission is neither valid nor listed again, and a void one remains void. None changes
    /// the holder without a resale or a transfer to the holder in the same commit, and an accepted
    /// transfer changes all its admissions.
    pub(super) fn admissions_committed(&mut self, batch: &Batch) {
        let changed: Vec<Admission> = written(batch).collect();
        let transfers: Vec<Transfer> = written(batch).collect();
        let accepted = transfers.iter().filter(|transfer| self.is_accepted_by(transfer));
        let accepted: Vec<&Transfer> = accepted.collect();
        for admission in &changed {
            self.changed(admission, &accepted);
        }
        for transfer in accepted {
            let moved = |one: &&Admission| {
                let known = self.admissions.get(&one.state.id);
                known.is_some_and(|known| {
                    known.state.credential_version < one.state.credential_version
                })
            };
            let moved: Vec<_> = changed.iter().filter(moved).map(|one| one.state.id).collect();
            let is_whole = transfer.state.admissions.iter().all(|id| moved.contains(id));
            let id = transfer.state.id;
            self.findings.expect(is_whole, Rule::Admissions, || {
                format!("transfer {id} is accepted, and moves only {moved:?}")
            });
        }
        self.admissions.extend(changed.into_iter().map(|one| (one.state.id, one)));
        for transfer in transfers {
            self.visited.add("transfers", variant(&transfer.state.status), 1);
            self.transfers.insert(transfer.state.id, transfer);
        }
    }

    fn is_accepted_by(&self, transfer: &Transfer) -> bool {
        let is_accepted = |status| matches!(status, TransferStatus::Accepted { .. });
        let was = self.transfer(transfer.state.id).is_some_and(is_accepted);
        is_accepted(transfer.state.status) && !was
    }

    fn changed(&mut self, admission: &Admission, accepted: &[&Transfer]) {
        let Some(known) = self.admissions.get(&admission.state.id) else { return };
        let (before, after) = (&known.state, &admission.state);
        let (id, holder): (_, UserId) = (after.id, after.holder);
        let is_step = match (before.status, after.status) {
            (Valid | Listed, _)
            | (Used { .. }, Used { .. } | Void { .. })
            | (Void { .. }, Void { .. }) => true,
            (Used { .. } | Void { .. }, _) => false,
        };
        self.findings.expect(is_step, Rule::Admissions, || {
            format!("admission {id} is {after:?} after {before:?}")
        });
        let is_received = accepted.iter().any(|transfer| {
            transfer.recipient() == Some(holder) && transfer.state.admissions.contains(&id)
        });
        let is_sold = after.resales.len() > before.resales.len();
        let is_moved = before.holder != holder;
        let is_rebound = known.device != admission.device;
        self.findings.expect(!is_moved || is_received || is_sold, Rule::Admissions, || {
            format!("admission {id} goes to {holder} without a transfer")
        });
        let is_coded = after.credential_version > before.credential_version;
        self.findings.expect(
            !(is_moved || is_sold || is_rebound) || is_coded,
            Rule::Admissions,
            || format!("admission {id} goes to {holder} or another device with the same code"),
        );
    }
}
