//! A report: the state that was read, its counts, and the violations.

use std::fmt;

use testing::checker::{Evidence, Rule, Violation};
use testing::load::End;

/// Violations shown for one rule: the first ones suffice, since one cause has many violations.
const SHOWN_MAX: usize = 20;

/// The result of a check.
pub(crate) struct Report {
    /// The engines that were read.
    pub(crate) engines: String,
    /// Whether nothing was in flight.
    pub(crate) is_at_rest: bool,
    /// The state that was read.
    pub(crate) evidence: Evidence,
    /// The violations found.
    pub(crate) violations: Vec<Violation>,
}

impl Report {
    /// Whether no rule is violated.
    pub(crate) fn is_valid(&self) -> bool {
        self.violations.is_empty()
    }

    fn counted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let evidence = &self.evidence;
        let ended = |end| evidence.orders_that_ended(end);
        let captured: usize = evidence.intents.iter().map(|intent| intent.captured).sum();
        let revoked = evidence.revocations.iter().map(|(_, kept)| kept.len());
        let entries: usize = evidence.outboxes.iter().map(|(_, entries)| entries).sum();
        let unsettled: u64 = evidence.lag.iter().map(|lag| lag.unsettled).sum();
        writeln!(f, "{}", self.engines)?;
        writeln!(
            f,
            "  tickets     {}, inventories {}",
            evidence.tickets.len(),
            evidence.inventories.len()
        )?;
        writeln!(
            f,
            "  orders      {}: {} complete, {} cancelled by their buyer, {} expired, {} active",
            evidence.orders.len(),
            ended(Some(End::Complete)),
            ended(Some(End::CancelledByBuyer)),
            ended(Some(End::Expired)),
            ended(None)
        )?;
        writeln!(
            f,
            "  payments    {}, at the provider {}, captured {captured}",
            evidence.payments.len(),
            evidence.intents.len()
        )?;
        writeln!(
            f,
            "  books       {} entries, {} accounts, {} top-ups",
            evidence.entries.len(),
            evidence.balances.len(),
            evidence.top_ups.len()
        )?;
        writeln!(
            f,
            "  copies      {} of orders, {} deadlines, {} of revocations",
            evidence.order_copies.len(),
            evidence.deadlines.len(),
            revoked.sum::<usize>()
        )?;
        writeln!(
            f,
            "  on its way  {entries} in outboxes, {unsettled} unacknowledged, {} dead letters",
            evidence.dead_letters.len()
        )
    }

    fn judged(&self, f: &mut fmt::Formatter<'_>, rule: Rule) -> fmt::Result {
        let broken: Vec<_> =
            self.violations.iter().filter(|violation| violation.rule == rule).collect();
        let outcome = match (broken.is_empty(), rule.needs_journal()) {
            (false, _) => "FAIL",
            (true, true) => "?",
            (true, false) => "ok",
        };
        writeln!(f, "{outcome:<4}  {:<17}  {}", format!("{rule:?}"), rule.description())?;
        for violation in broken.iter().take(SHOWN_MAX) {
            writeln!(f, "        {}", violation.line)?;
        }
        match broken.len().saturating_sub(SHOWN_MAX) {
            0 => Ok(()),
            more => writeln!(f, "        and {more} more"),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.counted(f)?;
        for rule in Rule::ALL {
            self.judged(f, rule)?;
        }
        writeln!(f, "?: only what customers were told would show it, which nobody noted here")?;
        if !self.is_at_rest {
            writeln!(
                f,
                "It is not at rest: let its services run until all is delivered, then look again"
            )?;
        }
        writeln!(f, "{} violations", self.violations.len())
    }
}
