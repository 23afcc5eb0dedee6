//! Looks at every refund that is older than a minute and has no end: the provider is asked where it stands, whatever was heard of it
//! before.

use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use parking_lot::Mutex;
use store::{Failure, Position, Query, Unavailable};

use super::pursuits::UNSETTLED_AFTER;
use crate::domain::refund::Command;
use crate::domain::{Refund, Refusal};
use crate::{Ports, refunding};

/// Wait between two looks: often enough that what a lost webhook told is known within two minutes.
const PERIOD: Duration = Duration::from_mins(1);

/// Refunds read at once.
const PAGE: u32 = 200;

/// Refunds looked at in one step: what banks keep pending for days on a great evening; the rest has its turn a period later.
const LOOKED_AT_MAX: usize = 5_000;

/// The reconciliation of unsettled refunds.
#[derive(Clone)]
pub struct ReconcileRefunds {
    ports: Ports,
    next_at: Arc<Mutex<Timestamp>>,
}

impl ReconcileRefunds {
    /// The reconciliation of one service; its first look is a period from now.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        let next_at = Arc::new(Mutex::new(ports.clock.now().plus(PERIOD)));
        Self { ports, next_at }
    }

    /// Looks at what is unsettled, once a period; answers how many refunds are to be asked about because of it.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let now = self.ports.clock.now();
        if now < *self.next_at.lock() {
            return Ok(0);
        }
        let (mut looked_at, mut asked) = (0, 0);
        let mut after: Option<Position> = None;
        while looked_at < LOOKED_AT_MAX {
            let old = Query::on("unsettled").equals(true).after(after).limit(PAGE);
            let page: Vec<Refund> = self.ports.store.query(old).await?;
            let old = |refund: &&Refund| now.since(refund.requested_at) >= UNSETTLED_AFTER;
            let unsettled: Vec<&Refund> = page.iter().take_while(old).collect();
            let Some(last) = unsettled.last() else { break };
            after = Some(Position { key: last.requested_at.into(), id: last.id.to_string() });
            looked_at += unsettled.len();
            for refund in unsettled {
                asked += usize::from(self.look_at(refund).await?);
            }
        }
        *self.next_at.lock() = now.plus(PERIOD);
        metrics::gauge!("refunds_unsettled")
            .set(f64::from(u32::try_from(looked_at).unwrap_or(u32::MAX)));
        if asked > 0 {
            self.ports.refund_work.notify_one();
        }
        Ok(asked)
    }

    /// Has the provider asked; answers whether it was not to be asked anyway.
    async fn look_at(&self, refund: &Refund) -> Result<bool, Unavailable> {
        let id = refund.id;
        let before = refund.clone();
        let looking = self
            .ports
            .store
            .transact(move |tx| Ok(refunding::command(tx, id, Command::Ask)? != before));
        match looking.await {
            Ok(changed) => Ok(changed),
            Err(Failure::<Refusal>::Refused(refusal)) => {
                tracing::error!(refund = %id, %refusal, "unsettled refund not looked at");
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
