//! The summary of many scripts: operations, faults, final states and visited transitions.

use std::collections::BTreeMap;
use std::fmt;

use crate::continuous_checks::coverage::Coverage;

/// Totals of one script or of many.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) scripts: u64,
    /// Number of operations played.
    pub(crate) operations: usize,
    /// Number of turns given.
    pub(crate) turns: u64,
    /// Number of operations of each kind that had a subject.
    pub(crate) kinds: BTreeMap<String, u64>,
    /// Number of faults of each kind.
    pub(crate) faults: BTreeMap<String, u64>,
    /// Final states of orders, payments and refunds, each with its count.
    pub(crate) order_ends: BTreeMap<&'static str, u64>,
    pub(crate) payment_ends: BTreeMap<&'static str, u64>,
    pub(crate) refund_ends: BTreeMap<&'static str, u64>,
    /// Minor units that the provider captured, and that it refunded.
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
    /// Number of erased accounts.
    pub(crate) erased: usize,
    pub(crate) coverage: Coverage,
}

impl Summary {
    /// Adds another summary to this one.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.scripts += other.scripts;
        self.operations += other.operations;
        self.turns += other.turns;
        self.captured += other.captured;
        self.refunded += other.refunded;
        self.erased += other.erased;
        add(&mut self.kinds, &other.kinds);
        add(&mut self.faults, &other.faults);
        add(&mut self.order_ends, &other.order_ends);
        add(&mut self.payment_ends, &other.payment_ends);
        add(&mut self.refund_ends, &other.refund_ends);
        add(&mut self.coverage, &other.coverage);
    }
}

/// Adds one to the count of each of these keys.
pub(crate) fn count<K: Ord>(counts: &mut BTreeMap<K, u64>, seen: impl IntoIterator<Item = K>) {
    for key in seen {
        *counts.entry(key).or_default() += 1;
    }
}

fn add<K: Ord + Clone>(counts: &mut BTreeMap<K, u64>, more: &BTreeMap<K, u64>) {
    for (key, count) in more {
        *counts.entry(key.clone()).or_default() += count;
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scripts, operations, turns, captured, refunded, erased, .. } = self;
        writeln!(f, "{scripts} scripts, {operations} operations, {turns} turns")?;
        writeln!(f, "  operations   {}", list(&self.kinds))?;
        writeln!(f, "  faults       {}", list(&self.faults))?;
        writeln!(f, "  orders       {}", list(&self.order_ends))?;
        writeln!(f, "  payments     {}, {captured} minor units taken", list(&self.payment_ends))?;
        writeln!(f, "  refunds      {}, {refunded} given back", list(&self.refund_ends))?;
        write!(f, "  accounts     {erased} erased")?;
        for aggregate in ["order", "payment", "refund"] {
            let visited = self.coverage.iter().filter(|((of, _, _), _)| *of == aggregate);
            let each = visited.map(|((_, from, to), count)| format!("{from} -> {to} {count}"));
            let each = each.collect::<Vec<_>>().join(", ");
            write!(f, "\n  {aggregate} transitions  {each}")?;
        }
        Ok(())
    }
}

fn list<K: fmt::Display>(counts: &BTreeMap<K, u64>) -> String {
    let each: Vec<String> = counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
    each.join(", ")
}
