//! Compares our books with the provider's, once a day and soon after a start: what moved at the provider since the last time, payment by
//! payment, and what we hold to be captured. What was missed, such as a refund made there whose event was lost, is booked; what
//! remains is shown as a difference.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use contract::{Backoff, Currency, Id, PaymentId, Timestamp};
use store::{Failure, Query, Stop, Unavailable};
use tokio::sync::Mutex;

use super::differences::{Differences, Kind, is_as_told, ours, theirs};
use crate::documents::Reconciliation;
use crate::domain::{Holder, Payment, Refund, Refusal, State};
use crate::gateway::Movement;
use crate::recording::{self, REFUNDS_MAX};
use crate::{Ports, settling};

/// Time between two comparisons.
const PERIOD: Duration = Duration::from_hours(24);

/// The first comes so long after a start, when what was left behind by the process before is done.
const AFTER_START: Duration = Duration::from_mins(1);

/// Pause before a comparison that met an outage goes on.
const RETRY: Backoff = Backoff::constant(Duration::from_mins(1));

/// What happened so lately is left to the next comparison: it may be under way.
const SETTLING: Duration = Duration::from_secs(30);

/// Movements are listed again for so long before the end of the last comparison: the provider's clock is not ours.
const OVERLAP: Duration = Duration::from_hours(1);

/// How far the very first comparison goes back: as far as the provider shows its events.
const FIRST: Duration = Duration::from_hours(30 * 24);

/// Payments of ours read at once.
const PAGE: u32 = 200;

/// Comparisons of payments that fail one after another: then the provider or the store is out of order, not a payment.
const OUTAGE: u32 = 3;

/// The name of the document that says how far the comparison came.
const DOCUMENT: &str = "provider";

/// The reconciliation with the provider.
#[derive(Clone)]
pub struct ReconcileProvider {
    ports: Ports,
    run: Arc<Mutex<Run>>,
}

struct Run {
    /// When the next step is due.
    next_at: Timestamp,
    /// The comparison under way.
    comparison: Option<Comparison>,
    /// Currencies that were ever shown, so that a difference that is gone is shown as none.
    shown: BTreeSet<Currency>,
}

struct Comparison {
    since: Timestamp,
    until: Timestamp,
    /// What comes next.
    next: Next,
    /// Payments that were compared. A day's fit into memory; after a crash the comparison begins anew.
    compared: HashSet<PaymentId>,
    /// Payments whose comparison failed. Each is compared once more at the end.
    failed: Vec<PaymentId>,
    failed_in_a_row: u32,
    differences: Differences,
}

enum Next {
    /// A page of the provider's movements.
    Theirs(Option<String>),
    /// A page of our payments, those behind this id.
    Ours(String),
    /// A payment whose comparison failed.
    Failed,
}

impl Comparison {
    /// One payment whose comparison fails does not keep others from being compared.
    ///
    /// # Errors
    /// [`Unavailable`] if several failed in a row.
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
        tracing::warn!(payment = %id, error, "a payment is not compared with the provider's record yet");
        self.compared.insert(id);
        self.failed.push(id);
        self.failed_in_a_row += 1;
        if self.failed_in_a_row < OUTAGE {
            return Ok(());
        }
        self.failed_in_a_row = 0;
        Err(unavailable)
    }
}

impl ReconcileProvider {
    /// The reconciliation of one service.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        let next_at = ports.clock.now().plus(AFTER_START);
        let run = Run { next_at, comparison: None, shown: BTreeSet::new() };
        Self { ports, run: Arc::new(Mutex::new(run)) }
    }

    /// Compares a page if one is due; returns 1 while there is more.
    ///
    /// # Errors
    /// [`Unavailable`] when the store or the provider does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let now = self.ports.clock.now();
        let mut run = self.run.lock().await;
        if now < run.next_at {
            return Ok(0);
        }
        // Where this step fails, the next one goes on later.
        run.next_at = now.plus(RETRY.pause(1));
        let mut comparison = match run.comparison.take() {
            Some(comparison) => comparison,
            None => self.begin(now).await?,
        };
        match self.step(&mut comparison).await {
            Ok(true) => {}
            Ok(false) => {
                run.comparison = Some(comparison);
                run.next_at = now;
                return Ok(1);
            }
            Err(unavailable) => {
                run.comparison = Some(comparison);
                return Err(unavailable);
            }
        }
        self.finish(&comparison).await?;
        comparison.differences.show(&mut run.shown);
        let seconds = now.unix_ms().div_euclid(1_000);
        metrics::gauge!("reconciliation_last_success_seconds")
            .set(f64::from(u32::try_from(seconds).unwrap_or(u32::MAX)));
        run.next_at = now.plus(PERIOD);
        Ok(0)
    }

    /// Returns when the next step is due.
    pub async fn wait(&self) {
        let next_at = self.run.lock().await.next_at;
        self.ports.clock.sleep_until(next_at).await;
    }

    async fn begin(&self, now: Timestamp) -> Result<Comparison, Unavailable> {
        let known = self.ports.store.find::<Reconciliation>(DOCUMENT).await?;
        Ok(Comparison {
            since: known.map_or(now.minus(FIRST), |known| known.compared_until),
            until: now.minus(SETTLING),
            next: Next::Theirs(None),
            compared: HashSet::new(),
            failed: Vec::new(),
            failed_in_a_row: 0,
            differences: Differences::default(),
        })
    }

    /// Compares one page; returns whether it was the last.
    async fn step(&self, comparison: &mut Comparison) -> Result<bool, Unavailable> {
        match &comparison.next {
            Next::Theirs(after) => {
                let from = comparison.since.minus(OVERLAP);
                let page = self.ports.gateway.movements(from, after.as_deref()).await?;
                for movement in &page.movements {
                    self.compare_movement(comparison, movement).await?;
                }
                let first = Id::first_minted_at(comparison.since).to_string();
                comparison.next =
                    page.next.map_or(Next::Ours(first), |next| Next::Theirs(Some(next)));
                Ok(false)
            }
            Next::Ours(after) => {
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
                comparison.next = next.map_or(Next::Failed, Next::Ours);
                Ok(is_done)
            }
            Next::Failed => {
                self.compare_again(comparison).await?;
                Ok(comparison.failed.is_empty())
            }
        }
    }

    /// Compares a payment whose comparison failed; if it fails again, all of the payment counts as a difference.
    async fn compare_again(&self, comparison: &mut Comparison) -> Result<(), Unavailable> {
        let Some(id) = comparison.failed.last().copied() else { return Ok(()) };
        let payment = self.ports.store.find::<Payment>(&id.to_string()).await?;
        comparison.failed.pop();
        let Some(payment) = payment else { return Ok(()) };
        if let Err(unavailable) = self.follow(comparison, &payment).await {
            let error = unavailable.chain();
            tracing::error!(payment = %id, error, "a payment cannot be compared with the provider's record");
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
            // Charges of another business through the same account are ignored.
            if let (Some(id), Some(totals)) = (movement.payment_id, movement.totals)
                && comparison.compared.insert(id)
            {
                tracing::warn!(payment = %id, "the provider took money for a payment that is not known");
                comparison.differences.add_kept(totals);
            }
            return Ok(());
        };
        if comparison.compared.contains(&payment.id) {
            return Ok(());
        }
        if is_as_told(&payment, movement) {
            comparison.compared.insert(payment.id);
            for kind in Kind::ALL {
                comparison.differences.add(kind, 0, payment.amount.currency);
            }
            return Ok(());
        }
        if let (State::Voided { .. } | State::Declined { .. }, Some(totals)) =
            (&payment.state, movement.totals)
        {
            // Money that it should not have; a movement without totals is one of several of its payment.
            comparison.compared.insert(payment.id);
            comparison.differences.add_kept(totals);
            return Ok(());
        }
        let followed = self.follow(comparison, &payment).await;
        comparison.note(payment.id, followed)
    }

    /// Compares a payment whose money was taken, and asks the provider about one that is not settled.
    async fn follow(
        &self,
        comparison: &mut Comparison,
        payment: &Payment,
    ) -> Result<(), Unavailable> {
        match payment.state {
            State::Captured { .. } | State::Returned { .. } => {
                self.compare(comparison, payment).await
            }
            // It is not settled here; its events may be lost, so the provider is asked.
            State::Started { .. }
            | State::Opened { .. }
            | State::RequiresAction { .. }
            | State::Authorized { .. }
            | State::Capturing { .. }
            | State::Voiding { .. } => settling::ask(&self.ports, payment.id).await,
            State::Voided { .. } | State::Declined { .. } => Ok(()),
        }
    }

    /// Has the provider's record of a payment booked, and compares what is booked with it.
    async fn compare(
        &self,
        comparison: &mut Comparison,
        payment: &Payment,
    ) -> Result<(), Unavailable> {
        let (payment, record) = match recording::follow(&self.ports, payment).await {
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
            // Something of it is under way; the next comparison sees what became of it.
            return Ok(());
        }
        let of_payment = Query::on("by_payment").equals(payment.id).limit(REFUNDS_MAX);
        let refunds: Vec<Refund> = self.ports.store.query(of_payment).await?;
        let (ours, theirs) = (ours(&payment, &refunds), theirs(&payment, &record));
        let currency = payment.amount.currency;
        for (kind, (our, their)) in Kind::ALL.into_iter().zip(ours.into_iter().zip(theirs)) {
            if our != their {
                tracing::warn!(payment = %payment.id, ?kind, our, their, "our books differ from the provider's");
            }
            comparison.differences.add(kind, their - our, currency);
        }
        Ok(())
    }

    async fn payment_of(&self, movement: &Movement) -> Result<Option<Payment>, Unavailable> {
        if let Some(id) = movement.payment_id {
            return self.ports.store.find::<Payment>(&id.to_string()).await;
        }
        let reference = movement.payment_reference.as_str();
        let by_reference = Query::on("by_reference").equals(reference).limit(1);
        Ok(self.ports.store.query::<Payment>(by_reference).await?.pop())
    }

    /// Keeps how far the comparison came. One that found a difference is not done: the next begins where it began.
    async fn finish(&self, comparison: &Comparison) -> Result<(), Unavailable> {
        if !comparison.differences.are_none() {
            return Ok(());
        }
        let compared_until = comparison.until;
        let keeping = self.ports.store.transact(move |tx| {
            let known = tx.get::<Reconciliation>(DOCUMENT)?;
            let kept = Reconciliation { id: DOCUMENT.to_owned(), compared_until };
            match known {
                None => tx.insert(kept),
                Some(known) if known.compared_until < compared_until => tx.save(kept),
                Some(_) => {}
            }
            Ok::<_, Stop<Refusal>>(())
        });
        match keeping.await {
            Ok(()) | Err(Failure::Refused(_) | Failure::Busy) => Ok(()),
            Err(Failure::Unavailable(unavailable)) => Err(unavailable),
        }
    }
}
