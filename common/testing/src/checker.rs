//! The checker: whether everything that must always hold does hold, in what a run has left behind.
//!
//! It sees nothing but [`Evidence`]: what the stores of the five services keep, the provider's ledger, what is left on the
//! bus, and the [`Journal`](crate::load::Journal) of what the marketplace had acknowledged to its customers.
//!
//! | module | holds |
//! |---|---|
//! | `evidence` | what is looked at |
//! | `stock` | no oversell: units of active and complete orders add up to held and sold |
//! | `ends` | every acknowledged order has one end, the one that was promised, at its time |
//! | `money` | captured is nothing or the total, and the provider's ledger agrees |
//! | `copies` | every copy equals its source |
//! | `quiet` | nothing is on its way, nothing was given up |

mod copies;
mod ends;
pub mod evidence;
mod money;
mod quiet;
mod stock;
#[cfg(test)]
mod tests;

use std::fmt;

pub use evidence::Evidence;

/// Something that must never be, and is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule that is broken.
    pub rule: Rule,
    /// What breaks it, with ids and numbers, in one line.
    pub line: String,
}

/// What must always hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// Units held and sold never exceed what is offered, and are those of the orders.
    NoOversell,
    /// An acknowledged order comes to exactly one end, and an acknowledged end stays.
    OneEnd,
    /// What is captured for an order is nothing, or its total; the provider's ledger says the same.
    Money,
    /// No capture for an order that is not complete; no money is left held.
    NothingForNothing,
    /// A repeated command changes nothing and gets the first answer.
    OneEffect,
    /// When all is quiet, every copy equals its source.
    CopiesConverge,
    /// Nothing is left in an outbox, unacknowledged, or among the dead letters.
    NothingStuck,
    /// Nobody reads what is somebody else's.
    Privacy,
    /// An order expires at its deadline: not before it, nor much later.
    Punctuality,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.rule, self.line)
    }
}

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
    ends::check(evidence, &mut findings);
    money::check(evidence, &mut findings);
    copies::check(evidence, &mut findings);
    quiet::check(evidence, &mut findings);
    findings.violations
}
