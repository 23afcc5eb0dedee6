//! The counts of many scripts: operations, faults, final states and visited transitions.

use std::collections::BTreeMap;
use std::fmt;

pub(crate) const TOTALS: &str = "totals";

/// Counts of one script or of many, by group and name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Summary(BTreeMap<(&'static str, String), u64>);

impl Summary {
    pub(crate) fn add(&mut self, group: &'static str, name: impl Into<String>, count: u64) {
        *self.0.entry((group, name.into())).or_default() += count;
    }

    pub(crate) fn count(&self, group: &'static str, name: &str) -> u64 {
        self.0.get(&(group, name.to_owned())).copied().unwrap_or_default()
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for ((group, name), count) in &other.0 {
            self.add(group, name, *count);
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for ((group, name), count) in &self.0 {
            groups.entry(group).or_default().push(format!("{count} {name}"));
        }
        groups.iter().try_for_each(|(group, each)| write!(f, "\n  {group:<20} {}", each.join(", ")))
    }
}

pub(crate) fn variant(of: &impl fmt::Debug) -> String {
    let text = format!("{of:?}");
    text.split([' ', '(']).next().unwrap_or_default().to_owned()
}
