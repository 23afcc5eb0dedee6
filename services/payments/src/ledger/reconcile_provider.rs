//! Compares the marketplace's books with the provider's, once per day and soon after a start: the
//! provider's movements since the last comparison, and the payments captured by the books. Missing
//! entries, such as a dashboard's refund, are booked; the rest is reported as differences.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use contract::{Backoff, Currency, Id, PaymentId, Timestamp};
use store::{Failure, Query, Tx, Unavailable};
use tokio::sync::Mutex;

use super::differences::{Differences, Kind, is_fully_booked, ours, theirs};
use crate::commands::provider_record::REFUNDS_MAX;
use crate::documents::Reconciliation;
use crate::domain::{Holder, Payment, Refund, State};
use crate::provider::gateway::Movement;
use crate::{Ports, commands};

/// Time between comparisons.
const PERIOD: Duration = Duration::from_hours(24);

/// Delay of the first comparison, in which open work of the previous process completes.
const AFTER_START: Duration = Duration::from_mins(1);

/// Delay before a comparison continues after an outage.
const RETRY: Backoff = Backoff::constant(Duration::from_mins(1));

/// Newer movements are left to the next comparison: they may be in progress.
const IN_PROGRESS: Duration = Duration::from_secs(30);

/// Overlap with the last comparison, for differences between clocks.
const OVERLAP: Duration = Duration::from_hours(1);

/// Period of the first comparison: the retention of the provider's events.
const FIRST: Duration = Duration::from_hours(30 * 24);

const PAGE: u32 = 200;

/// Consecutive failures after which the provider or the store is considered unavailable.
const FAILURES_MAX: u32 = 3;

const DOCUMENT: &str = "provider";

#[derive(Clone)]
pub(crate) struct ReconcileProvider {
    ports: Ports,
    run: Arc<Mutex<Run>>,
}

struct Run {
    next_at: Timestamp,
    comparison: Option<Comparison>,
    /// Currencies that were ever reported, so that a resolved difference is reported as zero.
    shown: BTreeSet<Currency>,
}

struct Comparison {
    since: Timestamp,
    until: Timestamp,
    next: NextStep,
    /// Compared payments. Those of a day fit into memory; after a crash the comparison restarts.
    compared: HashSet<PaymentId>,
    /// Payments whose comparison failed; each is retried once at the end.
    failed: Vec<PaymentId>,
    failed_in_a_row: u32,
    differences: Differences,
}

enum NextStep {
    /// A page of the provider's movements.
    Movements(Option<String>),
    /// A page of the marketplace's payments after this id.
    Payments(String),
    /// A payment whose comparison failed.
    Retry,
}

impl Comparison {
    /// Records a failed comparison, so that the others continue; fails after several in a row.
    fn note(
        &mut self,
        id: PaymentId,
        compared: Result<(), Unavailable>,
    ) -> Result<(), Unavailable> {
        let Err(unavailable) = compared else {
            self.failed_in_a_row = 0;
            return Ok(());
        };
        let error = unavailable.chain();
        tracing::warn!(payment = %id, error, "payment is not compared with the provider's record yet");
        self.compared.insert(id);
        self.failed.push(id);
        self.failed_in_a_row += 1;
        if self.failed_in_a_row < FAILURES_MAX {
            return Ok(());
        }
        self.failed_in_a_row = 0;
        Err(unavailable)
    }
}

impl ReconcileProvider {
    pub(crate) fn new(ports: Ports) -> Self {
        let next_at = ports.clock.now().plus(AFTER_START);
        let run = Run { next_at, comparison: None, shown: BTreeSet::new() };
        Self { ports, run: Arc::new(Mutex::new(run)) }
    }

    /// Compares a page if one is due; returns 1 while more pages follow.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let now = self.ports.clock.now();
        let mut run = self.run.lock().await;
        if now < run.next_at {
            return Ok(0);
        }
        // If this step fails, the comparison continues later.
        run.next_at = now.plus(RETRY.pause(1));
        let mut comparison = match run.comparison.take() {
            Some(comparison) => comparison,
            None => self.begin(now).await?,
        };
        let stepped = self.step(&mut comparison).await;
        if !matches!(stepped, Ok(true)) {
            run.comparison = Some(comparison);
            stepped?;
            run.next_at = now;
            return Ok(1);
        }
        self.finish(&comparison).await?;
        comparison.differences.show(&mut run.shown);
        let seconds = now.unix_ms().div_euclid(1_000);
        metrics::gauge!("reconciliation_last_success_seconds")
            .set(f64::from(u32::try_from(seconds).unwrap_or(u32::MAX)));
        run.next_at = now.plus(PERIOD);
        Ok(0)
    }

    pub(crate) async fn wait(&self) {
        let next_at = self.run.lock().await.next_at;
        self.ports.clock.sleep_until(next_at).await;
    }

    async fn begin(&self, now: Timestamp) -> Result<Comparison, Unavailable> {
        let known = self.ports.store.find::<Reconciliation>(DOCUMENT).await?;
        Ok(Comparison {
            since: known.map_or(now.minus(FIRST), |known| known.compared_until),
            until: now.minus(IN_PROGRESS),
            next: NextStep::Movements(None),
            compared: HashSet::new(),
            failed: Vec::new(),
            failed_in_a_row: 0,
            differences: Differences::default(),
        })
    }

    /// Compares one page; returns whether it was the last.
    async fn step(&self, comparison: &mut Comparison) -> Result<bool, Unavailable> {
        match &comparison.next {
            NextStep::Movements(after) => {
                let from = comparison.since.minus(OVERLAP);
                let page = self.ports.gateway.movements(from, after.as_deref()).await?;
                for movement in &page.movements {
                    self.compare_movement(comparison, movement).await?;
                }
                let first = Id::first_minted_at(comparison.since).to_string();
                comparison.next = page
                    .next
                    .map_or(NextStep::Payments(first), |next| NextStep::Movements(Some(next)));
                Ok(false)
            }
            NextStep::Payments(after) => {
                let page: Vec<Payment> = self.ports.store.scan(after, PAGE).await?;
                let until = comparison.until;
                for payment in page.iter().filter(|payment| payment.started_at < until) {
                    let is_taken = matches!(
                        payment.state,
                        State::Captured { holder: Holder::Provider { .. }, .. }
                    );
                    if is_taken && !comparison.compared.contains(&payment.id) {
                        let compared = self.compare(comparison, payment).await;
                        comparison.note(payment.id, compared)?;
                    }
                }
                let last = page.last().filter(|last| last.started_at < until);
                let next = last.map(|last| last.id.to_string());
                let is_done = next.is_none() && comparison.failed.is_empty();
                comparison.next = next.map_or(NextStep::Retry, NextStep::Payments);
                Ok(is_done)
            }
            NextStep::Retry => {
                self.compare_again(comparison).await?;
                Ok(comparison.failed.is_empty())
            }
        }
    }

    /// Retries a failed comparison; if it fails again, the full amount counts as a difference.
    async fn compare_again(&self, comparison: &mut Comparison) -> Result<(), Unavailable> {
        let Some(id) = comparison.failed.last().copied() else { return Ok(()) };
        let payment = self.ports.store.find::<Payment>(&id.to_string()).await?;
        comparison.failed.pop();
        let Some(payment) = payment else { return Ok(()) };
        if let Err(unavailable) = self.compare_or_inquire(comparison, &payment).await {
            let error = unavailable.chain();
            tracing::error!(payment = %id, error, "payment cannot be compared with the provider's record");
            comparison.differences.add_all_of(&payment);
        }
        Ok(())
    }

    async fn compare_movement(
        &self,
        comparison: &mut Comparison,
        movement: &Movement,
    ) -> Result<(), Unavailable> {
        let Some(payment) = self.payment_of(movement).await? else {
            // Charges of other businesses with the same provider account are ignored.
            if let (Some(id), Some(totals)) = (movement.payment_id, movement.totals)
                && comparison.compared.insert(id)
            {
                tracing::warn!(payment = %id, "the provider captured money of an unknown payment");
                comparison.differences.add_held(totals);
            }
            return Ok(());
        };
        if comparison.compared.contains(&payment.id) {
            return Ok(());
        }
        if is_fully_booked(&payment, movement) {
            comparison.compared.insert(payment.id);
            for kind in Kind::ALL {
                comparison.differences.add(kind, 0, payment.amount.currency);
            }
            return Ok(());
        }
        if let (State::Voided { .. } | State::Declined { .. }, Some(totals)) =
            (&payment.state, movement.totals)
        {
            // Money that the provider should not hold. A movement without totals is one of several
            // of its payment.
            comparison.compared.insert(payment.id);
            comparison.differences.add_held(totals);
            return Ok(());
        }
        let followed = self.compare_or_inquire(comparison, &payment).await;
        comparison.note(payment.id, followed)
    }

    /// Compares a captured payment, and inquires about one that has not ended.
    async fn compare_or_inquire(
        &self,
        comparison: &mut Comparison,
        payment: &Payment,
    ) -> Result<(), Unavailable> {
        if payment.captured_amount().is_some() {
            self.compare(comparison, payment).await
        } else if payment.is_settled() {
            Ok(())
        } else {
            // It has not ended here; its events may be lost.
            commands::pay::inquire(&self.ports, payment.id).await
        }
    }

    /// Books the provider's record of a payment, and compares the books with it.
    async fn compare(
        &self,
        comparison: &mut Comparison,
        payment: &Payment,
    ) -> Result<(), Unavailable> {
        let (payment, record) =
            match commands::provider_record::synchronise(&self.ports, payment).await {
                Ok(followed) => followed,
                Err(Failure::Unavailable(unavailable)) => return Err(unavailable),
                Err(Failure::Busy) => return Err(Unavailable::new("the store is busy")),
                Err(Failure::Refused(_)) => {
                    comparison.differences.add_all_of(payment);
                    comparison.compared.insert(payment.id);
                    return Ok(());
                }
            };
        comparison.compared.insert(payment.id);
        if payment.has_news {
            // A refund or dispute is in progress; the next comparison includes it.
            return Ok(());
        }
        let of_payment = Query::on("by_payment").equals(payment.id).limit(REFUNDS_MAX);
        let refunds: Vec<Refund> = self.ports.store.query(of_payment).await?;
        let (ours, theirs) = (ours(&payment, &refunds), theirs(&payment, &record));
        let currency = payment.amount.currency;
        for (kind, (our, their)) in Kind::ALL.into_iter().zip(ours.into_iter().zip(theirs)) {
            if our != their {
                tracing::warn!(payment = %payment.id, ?kind, our, their, "books differ from the provider's");
            }
            comparison.differences.add(kind, their - our, currency);
        }
        Ok(())
    }

    async fn payment_of(&self, movement: &Movement) -> Result<Option<Payment>, Unavailable> {
        if let Some(id) = movement.payment_id {
            return self.ports.store.find::<Payment>(&id.to_string()).await;
        }
        self.ports.payment_by_reference(&movement.payment_reference).await
    }

    /// Stores the progress. After a difference the next comparison starts at the same time again.
    async fn finish(&self, comparison: &Comparison) -> Result<(), Unavailable> {
        if !comparison.differences.are_none() {
            return Ok(());
        }
        let compared_until = comparison.until;
        let keeping = move |tx: &mut Tx<'_>| {
            let known = tx.get::<Reconciliation>(DOCUMENT)?;
            if known.is_none_or(|known| known.compared_until < compared_until) {
                tx.put(Reconciliation { id: DOCUMENT.to_owned(), compared_until });
            }
            Ok(())
        };
        let failed = "progress of the comparison was not stored";
        self.ports.decide("reconciliation", DOCUMENT, failed, keeping).await.map(drop)
    }
}
