//! Disputes: each is booked once, and equals the provider's.

use std::collections::BTreeMap;

use payments::domain::{DisputeState, ProviderDisputeStatus};

use crate::evidence::Evidence;
use crate::rule::{Findings, Rule};

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let mut booked: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for dispute in &evidence.disputes {
        let status = match dispute.state {
            DisputeState::Open => ProviderDisputeStatus::Open,
            DisputeState::Won { .. } => ProviderDisputeStatus::Won,
            DisputeState::Lost { .. } => ProviderDisputeStatus::Lost,
        };
        let facts = (dispute.payment_id, dispute.amount, status);
        booked.entry(dispute.id).or_default().push(facts);
    }
    for withdrawn in &evidence.withdrawn {
        let expected = (withdrawn.payment_id, withdrawn.amount, withdrawn.status);
        let found = booked.remove(&withdrawn.id).unwrap_or_default();
        findings.expect(found == [expected], Rule::Books, || {
            format!("dispute {} is {expected:?}, but is booked as {found:?}", withdrawn.id)
        });
    }
    for id in booked.keys() {
        let line = format!("dispute {id} is booked, but does not exist at the provider");
        findings.note(Rule::Books, line);
    }
}
