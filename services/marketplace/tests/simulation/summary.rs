//! The summary of many scripts: what they did, what went wrong on the way, where everything ended, and what was visited.

use std::collections::BTreeMap;
use std::fmt;

use crate::play::Played;
use crate::watch::coverage::Coverage;

/// What many scripts came to.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) scripts: u64,
    operations: usize,
    turns: u64,
    kinds: BTreeMap<&'static str, u64>,
    faults: BTreeMap<String, u64>,
    pub(crate) order_ends: BTreeMap<&'static str, u64>,
    pub(crate) payment_ends: BTreeMap<&'static str, u64>,
    refund_ends: BTreeMap<&'static str, u64>,
    captured: i64,
    refunded: i64,
    pub(crate) coverage: Coverage,
}

impl Summary {
    /// Takes a script in.
    pub(crate) fn add(&mut self, played: &Played) {
        self.scripts += 1;
        self.operations += played.operations;
        self.turns += played.turns;
        self.captured += played.captured;
        self.refunded += played.refunded;
        add(&mut self.kinds, &played.kinds);
        add(&mut self.faults, &played.faults);
        add(&mut self.order_ends, &played.order_ends);
        add(&mut self.payment_ends, &played.payment_ends);
        add(&mut self.refund_ends, &played.refund_ends);
        self.coverage.add(&played.coverage);
    }

    /// Takes another summary in.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.scripts += other.scripts;
        self.operations += other.operations;
        self.turns += other.turns;
        self.captured += other.captured;
        self.refunded += other.refunded;
        add(&mut self.kinds, &other.kinds);
        add(&mut self.faults, &other.faults);
        add(&mut self.order_ends, &other.order_ends);
        add(&mut self.payment_ends, &other.payment_ends);
        add(&mut self.refund_ends, &other.refund_ends);
        self.coverage.add(&other.coverage);
    }
}

fn add<K: Ord + Clone>(counts: &mut BTreeMap<K, u64>, more: &BTreeMap<K, u64>) {
    for (key, count) in more {
        *counts.entry(key.clone()).or_default() += count;
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scripts, operations, turns, captured, refunded, .. } = self;
        writeln!(f, "{scripts} scripts, {operations} operations, {turns} turns")?;
        writeln!(f, "  operations   {}", list(&self.kinds))?;
        writeln!(f, "  faults       {}", list(&self.faults))?;
        writeln!(f, "  orders       {}", list(&self.order_ends))?;
        writeln!(f, "  payments     {}, {captured} minor units taken", list(&self.payment_ends))?;
        writeln!(f, "  refunds      {}, {refunded} given back", list(&self.refund_ends))?;
        let Coverage { orders, payments, refunds } = &self.coverage;
        writeln!(f, "  order transitions    {}", transitions(orders))?;
        writeln!(f, "  payment transitions  {}", transitions(payments))?;
        write!(f, "  refund transitions   {}", transitions(refunds))
    }
}

fn list<K: fmt::Display>(counts: &BTreeMap<K, u64>) -> String {
    let each: Vec<String> = counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
    each.join(", ")
}

fn transitions(seen: &BTreeMap<(&'static str, &'static str), u64>) -> String {
    let each = seen.iter().map(|((from, to), count)| format!("{from} -> {to} {count}"));
    each.collect::<Vec<_>>().join(", ")
}
