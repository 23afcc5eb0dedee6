//! Inquires about every payment that is older than a minute and has not ended, and voids top-ups
//! that their payers did not complete.

use std::time::Duration;

use contract::Timestamp;
use store::{Failure, Query, Unavailable};

use super::reconciliation::{Schedule, unsettled};
use crate::domain::{Command, Dispute, Payment, Purpose, Refusal, Verdict, VoidReason};
use crate::{Ports, commands};

/// Time in which a payer must complete a top-up, the usual lifetime of a checkout page.
const TOP_UP_WINDOW: Duration = Duration::from_hours(1);

/// Maximum number of open disputes to count; an alert fires at far fewer.
const DISPUTES_MAX: u32 = 500;

/// The loop.
#[derive(Clone)]
pub struct ReconcilePayments {
    ports: Ports,
    schedule: Schedule,
}

impl ReconcilePayments {
    /// The loop of one service; the first step is due after one period.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        let schedule = Schedule::new(ports.clock.now());
        Self { ports, schedule }
    }

    /// Processes unsettled payments, once per period; returns the number of changed payments.
    ///
    /// # Errors
    /// [`Unavailable`] if the store is unavailable.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let now = self.ports.clock.now();
        if !self.schedule.is_due(now) {
            return Ok(0);
        }
        let unsettled = unsettled::<Payment>(&self.ports.store, now).await?;
        let mut moved = 0;
        for payment in &unsettled {
            moved += usize::from(self.reconcile(payment, now).await?);
        }
        self.schedule.completed(now);
        metrics::gauge!("payments_unsettled")
            .set(f64::from(u32::try_from(unsettled.len()).unwrap_or(u32::MAX)));
        let open = Query::on("open").equals(true).limit(DISPUTES_MAX);
        let open: Vec<Dispute> = self.ports.store.query(open).await?;
        metrics::gauge!("disputes_open")
            .set(f64::from(u32::try_from(open.len()).unwrap_or(DISPUTES_MAX)));
        // A top-up may wait for its payer for an hour.
        let mut pressing = unsettled.iter().filter(|payment| payment.purpose != Purpose::TopUp);
        let oldest =
            pressing.next().map_or(0.0, |oldest| now.since(oldest.started_at).as_secs_f64());
        metrics::gauge!("payments_unsettled_age_seconds").set(oldest);
        if moved > 0 {
            self.ports.payment_queue.request_scan();
        }
        Ok(moved)
    }

    /// Requests an inquiry, or voids a top-up; returns whether the payment changed.
    async fn reconcile(&self, payment: &Payment, now: Timestamp) -> Result<bool, Unavailable> {
        let id = payment.id;
        let is_abandoned =
            payment.purpose == Purpose::TopUp && now.since(payment.started_at) >= TOP_UP_WINDOW;
        let command = if is_abandoned {
            Command::Resolve(Verdict::Void(VoidReason::Abandoned))
        } else {
            Command::Inquire
        };
        let before = payment.clone();
        let looking = self
            .ports
            .store
            .transact(move |tx| Ok(commands::payment::apply(tx, id, command.clone())? != before));
        match looking.await {
            Ok(changed) => Ok(changed),
            Err(Failure::<Refusal>::Refused(refusal)) => {
                tracing::error!(payment = %id, %refusal, "unsettled payment was not processed");
                Ok(false)
            }
            Err(Failure::Busy) => Ok(false),
            Err(Failure::Unavailable(unavailable)) => Err(unavailable),
        }
    }

    /// Returns when the next step is due.
    pub async fn wait(&self) {
        self.schedule.wait(&self.ports.clock).await;
    }
}
