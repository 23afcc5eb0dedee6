//! Every rule, on the data that a run leaves.

use crate::evidence::Evidence;
use crate::rule::{Findings, Rule, Violation};
use crate::{
    admissions, bookings, books, copies, ends, mails, money, numbers, offer_reports, persons,
    refunds, sales, shows, stock, units,
};

/// Checks every rule and returns the violations. Requires that all loops are idle.
#[must_use]
pub fn check(evidence: &Evidence) -> Vec<Violation> {
    let mut findings = Findings::default();
    for rules in [
        stock::check,
        ends::check,
        money::check,
        refunds::check,
        units::check_all,
        bookings::check,
        copies::check,
        shows::check,
        sales::check,
        numbers::check,
        offer_reports::check,
        persons::check,
        mails::check,
        admissions::check,
        check_quiet,
    ] {
        rules(evidence, &mut findings);
    }
    books::check_posted(&evidence.entries, &evidence.accounts, &mut findings);
    findings.violations
}

/// Outboxes and consumers are empty, and no dead letter exists.
fn check_quiet(evidence: &Evidence, findings: &mut Findings) {
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
        let line = format!("dead letter {} on {}: {}", letter.id, letter.subject, letter.reason);
        findings.note(Rule::NothingStuck, line);
    }
}
