//! The check of a marketplace at rest, and its report of counts and violations.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use service::process::StartError;
use service::{Engines, ServiceDefinition};
use store::Unavailable;
use testing::load::End;
use tokio::time::Instant;

use crate::check::check;
use crate::evidence::Evidence;
use crate::reader::Reader;
use crate::rule::{Rule, Violation};

/// Time for running services to come to rest: enough for a failed listener to retry.
const REST_MAX: Duration = Duration::from_secs(10);

/// Wait between two checks for rest.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Violations shown for one rule: the first ones suffice, since one cause has many violations.
const SHOWN_MAX: usize = 20;

/// The result of a check.
pub struct Report {
    engines: String,
    evidence: Evidence,
    /// Whether nothing was in flight.
    pub is_at_rest: bool,
    /// The violations found.
    pub violations: Vec<Violation>,
}

/// Checks a marketplace: a stopped one on the embedded engines in `data_dir`, or an unused one on
/// servers.
///
/// # Errors
/// [`StartError`] when the marketplace does not exist, when it runs and holds its data directory,
/// or when a server does not respond.
pub async fn check_up(
    services: impl IntoIterator<Item = &'static ServiceDefinition>,
    data_dir: Option<&Path>,
    engines: impl Future<Output = Result<Engines, StartError>>,
) -> Result<Report, StartError> {
    if let Some(directory) = data_dir.filter(|directory| !directory.join("bus.db").exists()) {
        let directory = directory.display();
        let found =
            format!("there is no marketplace in {directory} (name its directory with --data-dir)");
        return Err(Unavailable::new(found).into());
    }
    let engines = engines.await?;
    let reader = Reader::open(services, |name| engines.store(name), engines.bus.clone()).await?;
    // No other process has the directory, so nothing changes.
    let patience = if data_dir.is_some() { Duration::ZERO } else { REST_MAX };
    let until = Instant::now() + patience;
    let is_at_rest = loop {
        let is_quiet = reader.is_quiet().await?;
        if is_quiet || Instant::now() >= until {
            break is_quiet;
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    };
    let evidence = reader.evidence(None).await?;
    let violations = check(&evidence);
    engines.close().await;
    Ok(Report { engines: engines.describe(), evidence, is_at_rest, violations })
}

impl Report {
    fn counted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Evidence { tickets, inventories, intents, entries, accounts, .. } = &self.evidence;
        let Evidence { order_copies, deadlines, dead_letters, .. } = &self.evidence;
        let (tickets, inventories, intents) = (tickets.len(), inventories.len(), intents.len());
        let Evidence { shows, sales, .. } = &self.evidence;
        let cancelled = shows.iter().filter(|show| show.status.is_cancelled()).count();
        let (shows, sales) = (shows.len(), sales.len());
        let (entries, accounts, letters) = (entries.len(), accounts.len(), dead_letters.len());
        let (copies, deadlines) = (order_copies.len(), deadlines.len());
        let ended = |end| self.evidence.orders_that_ended(end);
        let ends = [End::Complete, End::CancelledByBuyer, End::Expired, End::ShowCancelled];
        let [complete, by_buyer, expired, with_show] = ends.map(|end| ended(Some(end)));
        let (orders, active) = (self.evidence.orders.len(), ended(None));
        let payments = self.evidence.payments.iter();
        let payments = payments.filter(|payment| payment.order_id().is_some()).count();
        let top_ups = self.evidence.payments.len() - payments;
        let captured: usize = self.evidence.intents.iter().map(|intent| intent.captured).sum();
        let revoked: usize = self.evidence.revocations.iter().map(|(_, kept)| kept.len()).sum();
        let outboxes: usize = self.evidence.outboxes.iter().map(|(_, entries)| entries).sum();
        let unsettled: u64 = self.evidence.lag.iter().map(|lag| lag.unsettled).sum();
        writeln!(
            f,
            "{}
  tickets     {tickets}, inventories {inventories}
  shows       {shows}, cancelled {cancelled}, sales {sales}
  orders      {orders}: {complete} complete, {by_buyer} cancelled by their buyer, {expired} expired, {with_show} ended with their show, {active} active
  payments    {payments}, at the provider {intents}, captured {captured}
  books       {entries} entries, {accounts} accounts, {top_ups} top-ups
  copies      {copies} of orders, {deadlines} deadlines, {revoked} of revocations
  on its way  {outboxes} in outboxes, {unsettled} unacknowledged, {letters} dead letters",
            self.engines
        )
    }

    fn judged(&self, f: &mut fmt::Formatter<'_>, rule: Rule, description: &str) -> fmt::Result {
        let broken: Vec<_> =
            self.violations.iter().filter(|violation| violation.rule == rule).collect();
        // Whether a violation is visible only in the journal of responses to customers.
        let needs_journal = match rule {
            Rule::InForce | Rule::Mails | Rule::Privacy | Rule::Punctuality => true,
            Rule::NoOversell
            | Rule::HoldLimit
            | Rule::OneEnd
            | Rule::Money
            | Rule::UnitsRefunded
            | Rule::Shows
            | Rule::Books
            | Rule::NothingForNothing
            | Rule::OneEffect
            | Rule::CopiesConverge
            | Rule::NothingStuck
            | Rule::Admissions
            | Rule::Erasure => false,
        };
        let outcome = match (broken.is_empty(), needs_journal) {
            (false, _) => "FAIL",
            (true, true) => "?",
            (true, false) => "ok",
        };
        writeln!(f, "{outcome:<4}  {:<17}  {description}", format!("{rule:?}"))?;
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
        for (rule, description) in Rule::ALL {
            self.judged(f, *rule, description)?;
        }
        writeln!(
            f,
            "?: visible only in the journal of responses and mails to customers, which was not read"
        )?;
        if !self.is_at_rest {
            writeln!(
                f,
                "It is not at rest: let its services run until all is delivered, then look again"
            )?;
        }
        writeln!(f, "{} violations", self.violations.len())
    }
}
