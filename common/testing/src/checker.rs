//! The checker: whether everything that must always hold does hold, in what a run has left behind.
//!
//! It sees nothing but [`Evidence`]: what the stores of the five services keep, the provider's ledger, what is left on the
//! bus, and, where somebody kept one, the [`Journal`](crate::load::Journal) of what customers were told.
//!
//! | module | holds |
//! |---|---|
//! | `rule` | what must always hold, and what breaks it |
//! | `evidence` | what is looked at |
//! | `stock` | no oversell: units of active and complete orders add up to held and sold |
//! | `holds` | every active order is listed among what its buyer holds |
//! | `ends` | every acknowledged order has one end, the one that was promised, at its time |
//! | `money` | captured is nothing or the total, and the provider's ledger agrees |
//! | `refunds` | refunds come to an end, are given back once, and never exceed what was captured |
//! | `units` | units taken from a buyer are refunded in full, unless an administrator or the payer agreed to less |
//! | `books` | ledger entries sum to zero, make every balance, and are those that payments and refunds call for |
//! | `copies` | every copy equals its source |
//! | `erasures` | an erased person is in no store, except for the books |
//! | `sessions` | sessions that were ended are revoked at every service |
//! | `quiet` | nothing is on its way, nothing was given up |

mod books;
mod copies;
mod ends;
mod erasures;
pub mod evidence;
mod holds;
mod money;
mod quiet;
mod refunds;
mod rule;
mod sessions;
mod stock;
#[cfg(test)]
mod tests;
mod units;

pub use evidence::Evidence;
pub use rule::{Rule, Violation};

/// What is found, rule by rule.
#[derive(Default)]
struct Findings {
    violations: Vec<Violation>,
}

impl Findings {
    fn note(&mut self, rule: Rule, line: impl Into<String>) {
        self.violations.push(Violation { rule, line: line.into() });
    }

    /// Notes the line unless the fact holds.
    fn expect(&mut self, holds: bool, rule: Rule, line: impl FnOnce() -> String) {
        if !holds {
            self.note(rule, line());
        }
    }
}

/// Checks everything; answers what is broken, nothing when all is well. To be called when the system is quiet.
pub fn check(evidence: &Evidence) -> Vec<Violation> {
    let mut findings = Findings::default();
    stock::check(evidence, &mut findings);
    holds::check(evidence, &mut findings);
    ends::check(evidence, &mut findings);
    money::check(evidence, &mut findings);
    refunds::check(evidence, &mut findings);
    units::check(evidence, &mut findings);
    books::check(evidence, &mut findings);
    copies::check(evidence, &mut findings);
    sessions::check(evidence, &mut findings);
    erasures::check(evidence, &mut findings);
    quiet::check(evidence, &mut findings);
    findings.violations
}
