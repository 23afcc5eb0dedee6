//! Inquires about every refund that is older than a minute and has not ended.

use store::{Failure, Unavailable};

use super::reconciliation::{Schedule, unsettled};
use crate::domain::refund::Command;
use crate::domain::{Refund, Refusal};
use crate::{Ports, commands};

/// The loop.
#[derive(Clone)]
pub struct ReconcileRefunds {
    ports: Ports,
    schedule: Schedule,
}

impl ReconcileRefunds {
    /// The loop of one service; the first step is due after one period.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        let schedule = Schedule::new(ports.clock.now());
        Self { ports, schedule }
    }

    /// Processes unsettled refunds, once per period; returns the number of requested inquiries.
    ///
    /// # Errors
    /// [`Unavailable`] if the store is unavailable.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let now = self.ports.clock.now();
        if !self.schedule.is_due(now) {
            return Ok(0);
        }
        let unsettled = unsettled::<Refund>(&self.ports.store, now).await?;
        let mut requested = 0;
        for refund in &unsettled {
            requested += usize::from(self.reconcile(refund).await?);
        }
        self.schedule.completed(now);
        metrics::gauge!("refunds_unsettled")
            .set(f64::from(u32::try_from(unsettled.len()).unwrap_or(u32::MAX)));
        if requested > 0 {
            self.ports.refund_queue.request_scan();
        }
        Ok(requested)
    }

    /// Requests an inquiry; returns whether none was pending.
    async fn reconcile(&self, refund: &Refund) -> Result<bool, Unavailable> {
        let id = refund.id;
        let before = refund.clone();
        let looking = self
            .ports
            .store
            .transact(move |tx| Ok(commands::refund::apply(tx, id, Command::Inquire)? != before));
        match looking.await {
            Ok(changed) => Ok(changed),
            Err(Failure::<Refusal>::Refused(refusal)) => {
                tracing::error!(refund = %id, %refusal, "unsettled refund was not processed");
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
