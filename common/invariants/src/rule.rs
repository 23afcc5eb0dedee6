//! The rules, each with a sentence, and violations of them.

use std::fmt;

/// A rule of the marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// Units held and sold never exceed the units offered, and equal those of the orders.
    NoOversell,
    /// Unpaid holds are within the limits of buyers and networks; lists and counts equal the holds
    /// of orders.
    HoldLimit,
    /// An acknowledged order reaches exactly one end, and an acknowledged end is final.
    OneEnd,
    /// The captured amount of an order is zero or its total; refunds never exceed it and were
    /// requested; the provider's ledger agrees.
    Money,
    /// Units returned by a buyer are refunded in full, unless an administrator requested it or the
    /// payer agreed to less.
    UnitsRefunded,
    /// Ledger entries sum to zero, equal every balance, and are those that payments require.
    Books,
    /// No capture for an order that is not complete; no money stays held.
    NothingForNothing,
    /// An acknowledged change is in force: no later order has the old terms, and its author's reads
    /// return it.
    InForce,
    /// A repeated command changes nothing and receives the first response.
    OneEffect,
    /// Once all loops are idle, every copy equals its source.
    CopiesConverge,
    /// No outbox entry, unacknowledged message or dead letter remains.
    NothingStuck,
    /// No user reads another user's private data.
    Privacy,
    /// An erased person is in no store, except for the books.
    Erasure,
    /// An order expires at its deadline: not before it, and not much later.
    Punctuality,
}

impl Rule {
    /// Every rule, with a sentence that states it.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::NoOversell, "held and sold units equal those of the orders, within the offer"),
        (Self::HoldLimit, "unpaid holds are within their limits, and equal their lists and counts"),
        (Self::OneEnd, "each order ends once; an acknowledged end does not change"),
        (
            Self::Money,
            "captured is zero or the total, refunds never exceed it; the provider's ledger agrees",
        ),
        (Self::UnitsRefunded, "returned units are refunded in full, unless admin or payer agreed"),
        (
            Self::Books,
            "transactions sum to zero, balances equal their entries, required entries exist",
        ),
        (Self::NothingForNothing, "no capture for an incomplete order, no amount remains held"),
        (Self::InForce, "an acknowledged change holds for each later order and read"),
        (Self::OneEffect, "each request has at most one effect; no effect without a request"),
        (Self::CopiesConverge, "every copy equals its source, revoked sessions too"),
        (Self::NothingStuck, "outboxes empty, everything acknowledged, no dead letters"),
        (Self::Privacy, "no user reads resources of another user"),
        (Self::Erasure, "an erased person is in no store, except for the books"),
        (Self::Punctuality, "orders expire at their deadline: not before it, nor much later"),
    ];

    /// Whether a violation is visible only in the journal of responses to customers.
    pub(crate) const fn needs_journal(self) -> bool {
        match self {
            Self::InForce | Self::Privacy | Self::Punctuality => true,
            Self::NoOversell
            | Self::HoldLimit
            | Self::OneEnd
            | Self::Money
            | Self::UnitsRefunded
            | Self::Books
            | Self::NothingForNothing
            | Self::OneEffect
            | Self::CopiesConverge
            | Self::NothingStuck
            | Self::Erasure => false,
        }
    }
}

/// A violation of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule that is broken.
    pub rule: Rule,
    /// The violation, with ids and numbers, in one line.
    pub line: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.rule, self.line)
    }
}

/// The violations found so far.
#[derive(Debug, Default)]
pub struct Findings {
    /// The violations, oldest first.
    pub violations: Vec<Violation>,
}

impl Findings {
    /// Records a violation.
    pub fn note(&mut self, rule: Rule, line: impl Into<String>) {
        self.violations.push(Violation { rule, line: line.into() });
    }

    /// Records a violation unless the condition holds.
    pub fn expect(&mut self, holds: bool, rule: Rule, line: impl FnOnce() -> String) {
        if !holds {
            self.note(rule, line());
        }
    }
}
