//! Erased persons: every service has erased them, only the books mention them, and every e-mail
//! address belongs to an account.

use std::collections::HashSet;

use super::{Evidence, Findings, Rule};

pub(super) fn check(evidence: &Evidence, findings: &mut Findings) {
    let accounts: HashSet<_> = evidence.accounts.iter().map(|account| account.id).collect();
    for erased in &evidence.erased {
        let user = erased.user;
        findings.expect(erased.missing.is_empty(), Rule::Erasure, || {
            format!("{user} is erased, but not in {:?}", erased.missing)
        });
        findings.expect(!accounts.contains(&user), Rule::Erasure, || {
            format!("{user} is erased, but has an account")
        });
        for left in &erased.left {
            findings.note(Rule::Erasure, format!("{user} is erased, but {left} remains"));
        }
    }
    for owner in evidence.addresses.iter().filter(|owner| !accounts.contains(owner)) {
        findings.note(Rule::Erasure, format!("an address belongs to {owner} without an account"));
    }
}
