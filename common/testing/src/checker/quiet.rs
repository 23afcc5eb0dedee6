//! Quiet: outboxes and consumers are empty, no dead letter exists.

use super::{Evidence, Findings, Rule};

pub(super) fn check(evidence: &Evidence, findings: &mut Findings) {
    for (service, entries) in &evidence.outboxes {
        findings.expect(*entries == 0, Rule::NothingStuck, || {
            format!("the outbox of {service} has {entries} entries")
        });
    }
    for lag in &evidence.lag {
        findings.expect(lag.unsettled == 0, Rule::NothingStuck, || {
            format!("consumer {} has {} messages unacknowledged", lag.consumer, lag.unsettled)
        });
    }
    for letter in &evidence.dead_letters {
        findings.note(
            Rule::NothingStuck,
            format!("dead letter {} on {}: {}", letter.id, letter.subject, letter.reason),
        );
    }
}
