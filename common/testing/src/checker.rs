//! Checks the invariants of the marketplace on the data that a run leaves.
//!
//! The only input is [`Evidence`]: the stores of the five services, the provider's ledger, the
//! remaining messages of the bus and, if it was recorded, the [`Journal`](crate::load::Journal) of
//! responses to customers.
//!
//! | module | contents |
//! |---|---|
//! | `rule` | the invariants, and violations of them |
//! | `evidence` | the input of the checker |
//! | `stock` | no oversell: units of active and complete orders add up to held and sold |
//! | `holds` | every active order is in its buyer's list of holds |
//! | `ends` | every acknowledged order has one end, the acknowledged one, at its time |
//! | `money` | the captured amount is zero or the total, and equals the provider's ledger |
//! | `refunds` | refunds end, are paid once, and never exceed the captured amount |
//! | `units` | units are refunded in full, unless an administrator or the payer agreed to less |
//! | `books` | entries sum to zero, equal every balance, and follow from payments and refunds |
//! | `copies` | every copy equals its source |
//! | `erasures` | an erased person is in no store, except for the books |
//! | `sessions` | sessions that were ended are revoked at every service |
//! | `quiet` | no message is pending, no dead letter exists |

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

/// The violations found so far.
#[derive(Default)]
struct Findings {
    violations: Vec<Violation>,
}

impl Findings {
    fn note(&mut self, rule: Rule, line: impl Into<String>) {
        self.violations.push(Violation { rule, line: line.into() });
    }

    /// Records a violation unless the condition holds.
    fn expect(&mut self, holds: bool, rule: Rule, line: impl FnOnce() -> String) {
        if !holds {
            self.note(rule, line());
        }
    }
}

/// Checks every invariant and returns the violations. Requires that all loops are idle.
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
