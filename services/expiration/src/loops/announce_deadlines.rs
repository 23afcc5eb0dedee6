//! Announces passed deadlines; waits until the nearest one.

use std::time::Duration;

use contract::Decided;
use contract::expiration::COMPLETE;
use sources::Trace;
use store::{Never, Query, Stop, Unavailable};

use crate::Ports;
use crate::domain::Deadline;

/// Deadlines per step: few enough that the slowest server commits them well within the timeout of
/// an operation. A slower step would be retried without end.
const PAGE: u32 = 100;

/// Maximum wait, after which deadlines written by other processes are read.
const SLEEP_MAX: Duration = Duration::from_secs(1);

/// Loop over pending deadlines.
#[derive(Clone)]
pub struct AnnounceDeadlines {
    /// Dependencies.
    pub ports: Ports,
}

impl AnnounceDeadlines {
    /// Announces a page of passed deadlines. Returns their number.
    ///
    /// # Errors
    /// [`Unavailable`] if the store is unreachable.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let due = Query::on("pending").equals(true).to(self.ports.clock.now()).limit(PAGE);
        let due: Vec<Deadline> = self.ports.store.query(due).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let ids: Vec<String> = due.iter().map(|deadline| deadline.order_id.to_string()).collect();
        let announced = self.ports.store.transact(move |tx| {
            let now = tx.now();
            let found = tx.get_all::<Deadline>(&ids)?;
            for deadline in found.iter().flatten() {
                match deadline.announce(now) {
                    Decided::AlreadyApplied => {}
                    Decided::Applied(passed, ()) => {
                        let message = COMPLETE.of(passed.state());
                        let trace = Trace::of(passed.order_id);
                        tx.publish(message.in_trace(trace.traceparent()));
                        tx.save(*passed);
                    }
                }
            }
            Ok::<_, Stop<Never>>(found.len())
        });
        announced.await.map_err(|error| Unavailable::caused_by("cannot announce deadlines", error))
    }

    /// Waits until the nearest deadline may have passed, or a new deadline is set.
    pub async fn wait(&self) {
        let clock = &self.ports.clock;
        let latest = clock.now().plus(SLEEP_MAX);
        // With an upper bound, because not every server stops at the limit.
        let nearest = Query::on("pending").equals(true).to(latest).limit(1);
        let nearest = self.ports.store.query::<Deadline>(nearest).await.unwrap_or_default();
        let due = nearest.first().map_or(latest, |deadline| deadline.expires_at.min(latest));
        clock.sleep_until_or_notified(due, &self.ports.deadlines).await;
    }
}
