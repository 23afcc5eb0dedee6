//! Forgets deadlines that are done with, once no late message can bring them back.

use std::time::Duration;

use store::{Never, Query, Stop, Unavailable};

use crate::Ports;
use crate::domain::Deadline;

/// How long a settled deadline is kept: far longer than any message is redelivered.
const KEPT: Duration = Duration::from_hours(24);

/// Wait between two rounds.
const PERIOD: Duration = Duration::from_mins(1);

/// Deadlines forgotten in one step.
const PAGE: u32 = 500;

/// The sweep of settled deadlines.
#[derive(Clone)]
pub struct ForgetSettled {
    ports: Ports,
}

impl ForgetSettled {
    /// The sweep of one store.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Forgets a page of them; answers how many.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let old = Query::on("settled").to(self.ports.clock.now().minus(KEPT)).limit(PAGE);
        let old: Vec<Deadline> = self.ports.store.query(old).await?;
        if old.is_empty() {
            return Ok(0);
        }
        let ids: Vec<String> = old.iter().map(|deadline| deadline.order_id.to_string()).collect();
        let forgotten = self.ports.store.transact(move |tx| {
            let found = tx.get_all::<Deadline>(&ids)?;
            for deadline in found.iter().flatten() {
                tx.delete::<Deadline>(deadline.order_id);
            }
            Ok::<_, Stop<Never>>(found.len())
        });
        forgotten.await.map_err(|error| Unavailable::caused_by("cannot forget deadlines", error))
    }

    /// Returns when the next round is due.
    pub async fn wait(&self) {
        self.ports.clock.sleep(PERIOD).await;
    }
}
