//! The rules, each with a sentence, and violations of them.

use std::fmt;

/// Defines the rules, each with a sentence that states it.
macro_rules! rules {
    ($($(#[$more:meta])* $rule:ident $sentence:literal)*) => {
        /// A rule of the marketplace.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rule {
            $(#[doc = $sentence] $(#[doc = ""] #[$more])* $rule,)*
        }

        impl Rule {
            /// Every rule, with a sentence that states it.
            pub const ALL: &[(Self, &str)] = &[$((Self::$rule, $sentence)),*];
        }
    };
}

rules! {
    NoOversell "held and sold units equal those of the orders, within the offer"
    /// Limits are those of buyers and of networks.
    HoldLimit "unpaid holds are within their limits, and equal their lists and counts"
    OneEnd "each order ends once; an acknowledged end does not change"
    /// Each refund was requested.
    Money "captured is zero or the total, refunds never exceed it; the provider's ledger agrees"
    UnitsRefunded "returned units are refunded in full, unless admin or payer agreed"
    /// But for what payers' banks withdrew. Nothing more of it is sold.
    Shows "a cancelled show refunds each paid order in full, once; no sold show moves"
    Books "transactions sum to zero, balances equal their entries, required entries exist"
    NothingForNothing "no capture for an incomplete order, no amount remains held"
    /// No later order has the old terms, and the reads of the author return the change.
    InForce "an acknowledged change holds for each later order and read"
    /// A repeated command changes nothing and receives the first response.
    OneEffect "each request has at most one effect; no effect without a request"
    /// Once all loops are idle.
    CopiesConverge "every copy equals its source, revoked sessions too"
    NothingStuck "outboxes empty, everything acknowledged, no dead letters"
    Privacy "no user reads resources of another user"
    /// Each mail goes to the address of its account, or to that of its request.
    Mails "each mail that is owed is sent, none that is not, none to another person"
    /// For a unit of a complete order that did not return to sale.
    Admissions "each sold unit has one valid admission, held by its buyer or by the recipient of its last transfer; no other is valid"
    Erasure "an erased person is in no store, except for the books"
    Punctuality "orders expire at their deadline: not before it, nor much later"
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
