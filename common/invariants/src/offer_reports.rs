//! Reports of offers: an account has at most one open report of an offer, within its limit, and its
//! list has exactly its open reports.

use std::collections::{BTreeMap, BTreeSet};

use contract::UserId;
use tickets::domain::{OPEN_REPORTS_MAX, OpenReport, Report, Reporter};

use crate::evidence::Evidence;
use crate::rule::{Findings, Rule};

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    check_reporters(evidence.reports.iter(), evidence.reporters.iter(), findings);
}

/// Checks the open reports and the list of each reporter.
pub fn check_reporters<'r>(
    reports: impl Iterator<Item = &'r Report>,
    reporters: impl Iterator<Item = &'r Reporter>,
    findings: &mut Findings,
) {
    let mut open: BTreeMap<UserId, BTreeSet<OpenReport>> = BTreeMap::new();
    for report in reports.filter(|report| report.closing.is_none()) {
        let Report { id, offer, reporter, .. } = *report;
        open.entry(reporter).or_default().insert(OpenReport { id, offer });
    }
    for (reporter, open) in &open {
        let offers: BTreeSet<_> = open.iter().map(|report| report.offer).collect();
        let is_within = offers.len() == open.len() && open.len() <= OPEN_REPORTS_MAX;
        findings.expect(is_within, Rule::OneEffect, || {
            format!("{reporter} has {} open reports of {} offers", open.len(), offers.len())
        });
    }
    let listed = reporters.map(|one| (one.id, one.open.iter().copied().collect()));
    let listed: BTreeMap<UserId, BTreeSet<OpenReport>> = listed.collect();
    findings.expect(open == listed, Rule::OneEffect, || {
        format!("open reports are {open:?}, the lists of their reporters are {listed:?}")
    });
}
