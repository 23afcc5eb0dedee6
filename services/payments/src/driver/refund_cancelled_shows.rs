//! Marks the sales of cancelled shows, and requests their refunds: each once, a bounded number at a
//! time. The refunds themselves are driven as all others.

use std::time::Duration;

use contract::{Backoff, OrderId, RefundId};
use futures::future::try_join_all;
use sources::{Trace, with_trace};
use store::{Failure, Query, Tx, Unavailable};

use crate::commands::{provider_record, show_refund};
use crate::domain::{Payment, Refund, Sale, ShowRefunds};
use crate::{Ports, commands};

/// Refunds of cancelled shows without a response of the provider: a quarter of the concurrent
/// calls, so that other refunds are not delayed by a cancelled show. Replicas that request at the
/// same time exceed it by a page.
const IN_PROGRESS_MAX: u32 = 64;

/// Sales marked per commit, as many as a republication writes.
const PAGE: u32 = 100;

/// Longest wait for work, so that work of another process is found.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// Delay after the provider's record was unavailable.
const RECORD_RETRY: Backoff = Backoff::constant(Duration::from_mins(1));

/// Delay after a refused request, which is an error that operators must resolve.
const REFUSED_RETRY: Backoff = Backoff::constant(Duration::from_hours(1));

#[derive(Clone)]
pub(crate) struct RefundCancelledShows(pub(crate) Ports);

impl RefundCancelledShows {
    /// Marks a page of sales of each show, and requests the due refunds; returns their number.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let shows = Query::on("active").equals(true).limit(PAGE);
        let shows: Vec<ShowRefunds> = self.0.store.pages_of(shows).all().await?;
        let owed = shows.iter().fold(0, |sum: u32, show| sum.saturating_add(show.state.owed));
        metrics::gauge!("show_refunds_owed").set(f64::from(owed));
        if shows.is_empty() {
            return Ok(0);
        }
        let mut done = 0;
        for show in shows.iter().filter(|show| show.is_marking) {
            done += self.mark(show).await?;
        }
        Ok(done + self.request_due().await?)
    }

    pub(crate) async fn wait(&self) {
        let clock = &self.0.clock;
        clock.sleep_until_or_notified(clock.now().plus(WAIT_MAX), &self.0.shows).await;
    }

    async fn mark(&self, show: &ShowRefunds) -> Result<usize, Unavailable> {
        let show_id = show.state.show_id;
        let unmarked = Query::on("unmarked").equals(show_id).limit(PAGE);
        let unmarked: Vec<Sale> = self.0.store.query(unmarked).await?;
        let sales: Vec<OrderId> = unmarked.iter().map(|sale| sale.state.order_id).collect();
        let marking = move |tx: &mut Tx<'_>| show_refund::mark(tx, show_id, &sales);
        let failed = "sales of a cancelled show were not marked";
        let marked = self.0.decide("show", show_id, failed, marking).await?;
        Ok(usize::from(marked.is_some()))
    }

    async fn request_due(&self) -> Result<usize, Unavailable> {
        let in_progress = Query::on("of_shows").equals(true).limit(IN_PROGRESS_MAX);
        let in_progress: Vec<Refund> = self.0.store.query(in_progress).await?;
        let free = IN_PROGRESS_MAX.saturating_sub(u32::try_from(in_progress.len()).unwrap_or(0));
        if free == 0 {
            return Ok(0);
        }
        let due = Query::on("due").to(self.0.clock.now()).limit(free);
        let due: Vec<Sale> = self.0.store.query(due).await?;
        let requests =
            due.iter().map(|sale| with_trace(Trace::of(sale.state.order_id), self.request(sale)));
        try_join_all(requests).await?;
        Ok(due.len())
    }

    async fn request(&self, sale: &Sale) -> Result<(), Unavailable> {
        let (ports, order_id) = (&self.0, sale.state.order_id);
        // A refund in the provider's dashboard is a reason to reject another one.
        if sale.rejected().is_some() && !self.knows_record(sale).await? {
            return self.defer(order_id, RECORD_RETRY).await;
        }
        let id = RefundId::from(ports.ids.next(ports.clock.now()));
        let rules = ports.gateway.amount_rules();
        let requesting = move |tx: &mut Tx<'_>| show_refund::request(tx, order_id, id, rules);
        match ports.store.transact(requesting).await {
            Ok(Some(refund)) => {
                ports.refunds.push(refund.id);
                commands::refund::count_end(&refund);
                show_refund::count_by_house(&refund);
                Ok(())
            }
            Ok(None) | Err(Failure::Busy) => Ok(()),
            Err(Failure::Refused(refusal)) => {
                tracing::error!(order = %order_id, %refusal, "refund of a cancelled show was not requested");
                self.defer(order_id, REFUSED_RETRY).await
            }
            Err(Failure::Unavailable(unavailable)) => Err(unavailable),
        }
    }

    /// Books the provider's record of a sale's payment; returns false if it is unavailable or
    /// incomplete.
    async fn knows_record(&self, sale: &Sale) -> Result<bool, Unavailable> {
        let Some(id) = sale.payment_id else { return Ok(true) };
        let payment = self.0.store.find::<Payment>(&id.to_string()).await?;
        let Some(payment) = payment.filter(|payment| payment.reference().is_some()) else {
            return Ok(true);
        };
        let booked = provider_record::synchronise(&self.0, &payment).await;
        if let Err(Failure::Unavailable(unavailable)) = &booked {
            let error = unavailable.chain();
            tracing::warn!(payment = %id, error, "the provider's record is unknown");
        }
        Ok(booked.is_ok_and(|(payment, _)| !payment.has_news))
    }

    async fn defer(&self, order_id: OrderId, delay: Backoff) -> Result<(), Unavailable> {
        let until = self.0.clock.now().plus(delay.pause(1));
        let deferring = move |tx: &mut Tx<'_>| show_refund::defer(tx, order_id, until);
        let failed = "refund of a cancelled show was not deferred";
        self.0.decide("sale", order_id, failed, deferring).await.map(drop)
    }
}
