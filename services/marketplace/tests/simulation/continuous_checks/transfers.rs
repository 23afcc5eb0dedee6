//! Changes of admissions and of transfers.

use admissions::{Admission, Transfer};
use contract::admission::AdmissionStatus;
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

    /// No admission becomes valid again, none changes the holder without a transfer to the holder
    /// in the same commit, and an accepted transfer changes all its admissions.
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
        let (id, holder): (_, UserId) = (admission.state.id, admission.state.holder);
        let is_valid = |one: &Admission| one.state.status == AdmissionStatus::Valid;
        let is_again = is_valid(admission) && !is_valid(known);
        let is_received = accepted.iter().any(|transfer| {
            transfer.recipient() == Some(holder) && transfer.state.admissions.contains(&id)
        });
        let is_moved = known.state.holder != holder;
        self.findings
            .expect(!is_again, Rule::Admissions, || format!("admission {id} becomes valid again"));
        self.findings.expect(!is_moved || is_received, Rule::Admissions, || {
            format!("admission {id} goes to {holder} without a transfer")
        });
    }
}
