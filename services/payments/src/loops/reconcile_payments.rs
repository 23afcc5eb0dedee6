//! Looks at every payment that is older than a minute and has no end: the provider is asked where it stands, whatever was heard
//! of it before, and a top-up that nobody finished is given up.

use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use parking_lot::Mutex;
use store::{Failure, Position, Query, Unavailable};

use super::pursuits::UNSETTLED_AFTER;
use crate::domain::{Command, Payment, Purpose, Refusal, Verdict, VoidReason};
use crate::{Ports, settling};

/// Wait between two looks: often enough that what a lost webhook told is known within two minutes.
const PERIOD: Duration = Duration::from_mins(1);

/// Payments read at once.
const PAGE: u32 = 200;

/// Payments looked at in one step. Unsettled ones are few; after an outage of the provider the rest has its turn a period later.
const LOOKED_AT_MAX: usize = 5_000;

/// Time in which a top-up must be finished by its payer, as long as a checkout page usually lives.
const TOP_UP_WINDOW: Duration = Duration::from_hours(1);

/// The reconciliation of unsettled payments.
#[derive(Clone)]
pub struct ReconcilePayments {
    ports: Ports,
    next_at: Arc<Mutex<Timestamp>>,
}

impl ReconcilePayments {
    /// The reconciliation of one service; its first look is a period from now.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        let next_at = Arc::new(Mutex::new(ports.clock.now().plus(PERIOD)));
        Self { ports, next_at }
    }

    /// Looks at what is unsettled, once a period; answers how many payments it moved on.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let now = self.ports.clock.now();
        if now < *self.next_at.lock() {
            return Ok(0);
        }
        let (mut looked_at, mut moved) = (0, 0);
        let mut after: Option<Position> = None;
        while looked_at < LOOKED_AT_MAX {
            let old = Query::on("unsettled").equals(true).after(after).limit(PAGE);
            let page: Vec<Payment> = self.ports.store.query(old).await?;
            let old = |payment: &&Payment| now.since(payment.started_at) >= UNSETTLED_AFTER;
            let unsettled: Vec<&Payment> = page.iter().take_while(old).collect();
            let Some(last) = unsettled.last() else { break };
            after = Some(Position { key: last.started_at.into(), id: last.id.to_string() });
            looked_at += unsettled.len();
            for payment in unsettled {
                moved += usize::from(self.look_at(payment, now).await?);
            }
        }
        *self.next_at.lock() = now.plus(PERIOD);
        metrics::gauge!("payments_unsettled")
            .set(f64::from(u32::try_from(looked_at).unwrap_or(u32::MAX)));
        if moved > 0 {
            self.ports.work.notify_one();
        }
        Ok(moved)
    }

    /// Has the provider asked, or gives up a top-up; answers whether anything changed.
    async fn look_at(&self, payment: &Payment, now: Timestamp) -> Result<bool, Unavailable> {
        let id = payment.id;
        let is_abandoned =
            payment.purpose == Purpose::TopUp && now.since(payment.started_at) >= TOP_UP_WINDOW;
        let command = if is_abandoned {
            Command::Settle(Verdict::Void(VoidReason::Abandoned))
        } else {
            Command::Ask
        };
        let before = payment.clone();
        let looking = self
            .ports
            .store
            .transact(move |tx| Ok(settling::command(tx, id, command.clone())? != before));
        match looking.await {
            Ok(changed) => Ok(changed),
            Err(Failure::<Refusal>::Refused(refusal)) => {
                tracing::error!(payment = %id, %refusal, "unsettled payment not looked at");
                Ok(false)
            }
            Err(Failure::Busy) => Ok(false),
            Err(Failure::Unavailable(unavailable)) => Err(unavailable),
        }
    }

    /// Returns when the next look is due.
    pub async fn wait(&self) {
        let next_at = *self.next_at.lock();
        self.ports.clock.sleep_until(next_at).await;
    }
}
