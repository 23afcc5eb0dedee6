//! The loop that reconciles payments or refunds which are older than a minute and have not ended:
//! requests an inquiry about each, and voids top-ups that their payers did not complete.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use parking_lot::Mutex;
use store::{Query, Tx, Unavailable};

use super::drive::{UNSETTLED_AFTER, Unsettled};
use crate::Ports;

/// Period, so that the effect of a lost webhook is known within two minutes.
const PERIOD: Duration = Duration::from_mins(1);

const PAGE: u32 = 200;

/// Documents per step. Usually few are unsettled; after an outage of the provider, or while banks
/// keep refunds pending for days, the rest follows one period later.
const DOCUMENTS_MAX: usize = 5_000;

/// The loop of one type of document.
#[derive(Clone)]
pub(crate) struct Reconcile<W> {
    ports: Ports,
    next_at: Arc<Mutex<Timestamp>>,
    documents: PhantomData<W>,
}

impl<W: Unsettled> Reconcile<W> {
    /// The first step is due after one period.
    pub(crate) fn new(ports: Ports) -> Self {
        let next_at = Arc::new(Mutex::new(ports.clock.now().plus(PERIOD)));
        Self { ports, next_at, documents: PhantomData }
    }

    /// Once per period; returns the number of changed documents.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let now = self.ports.clock.now();
        if *self.next_at.lock() > now {
            return Ok(0);
        }
        let unsettled = self.unsettled(now).await?;
        let mut changed = 0;
        for work in &unsettled {
            changed += usize::from(self.reconcile(work, now).await?);
        }
        *self.next_at.lock() = now.plus(PERIOD);
        W::measure(&self.ports, &unsettled, now).await?;
        if changed > 0 {
            W::work(&self.ports).request_scan();
        }
        Ok(changed)
    }

    pub(crate) async fn wait(&self) {
        let next_at = *self.next_at.lock();
        self.ports.clock.sleep_until(next_at).await;
    }

    async fn unsettled(&self, now: Timestamp) -> Result<Vec<W>, Unavailable> {
        let until = now.minus(UNSETTLED_AFTER);
        let old = Query::on("unsettled").equals(true).to(until).limit(PAGE);
        let (mut found, mut pages) = (Vec::new(), self.ports.store.pages_of(old));
        while found.len() < DOCUMENTS_MAX
            && let Some(page) = pages.next().await?
        {
            found.extend(page);
        }
        Ok(found)
    }

    /// Returns whether the document changed.
    async fn reconcile(&self, work: &W, now: Timestamp) -> Result<bool, Unavailable> {
        let (id, command) = (work.id(), work.reconciling(now));
        let deciding = move |tx: &mut Tx<'_>| W::apply(tx, id, command.clone());
        let failed = "unsettled document was not processed";
        let after = self.ports.decide(W::NAME, id, failed, deciding).await?;
        Ok(after.is_some_and(|after| after != *work))
    }
}
