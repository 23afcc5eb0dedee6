//! Expires orders whose hint did not arrive, for example during an outage of expiration.

use std::time::Duration;

use sources::{Trace, with_trace};
use store::{Failure, Query, Tx, Unavailable};

use crate::Ports;
use crate::domain::{Cause, Command, Order};
use crate::stock::{self, Effect};

/// Time after a deadline for which the sweep waits for the hint.
const GRACE: Duration = Duration::from_millis(400);

/// Orders per step: few enough that the slowest server commits them well within the timeout of an
/// operation. A slower step would be retried without end.
const PAGE: u32 = 100;

/// Maximum wait between two reads of the nearest deadline. With the grace, orders expire within a
/// second of their deadline without notifications of new deadlines.
const WAIT_MAX: Duration = Duration::from_millis(400);

/// Sweep over active orders, by deadline.
#[derive(Clone)]
pub(crate) struct ExpireOverdue(pub(crate) Ports);

impl ExpireOverdue {
    /// Expires a page of overdue orders. Returns their number.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let overdue = Query::on("by_deadline").equals(true).to(self.0.clock.now().minus(GRACE));
        let orders: Vec<Order> = self.0.store.query(overdue.limit(PAGE)).await?;
        let expiring = orders.iter().map(|order| {
            let order_id = order.state.id;
            let expiring = move |tx: &mut Tx<'_>| {
                stock::command(tx, order_id, Command::Expire, &Cause::Deadline)
            };
            with_trace(Trace::of(order_id), self.0.store.transact(expiring))
        });
        for (order, expired) in orders.iter().zip(futures::future::join_all(expiring).await) {
            match expired {
                Ok(Effect::Unchanged | Effect::PaymentsCopied) => {}
                Ok(changed @ Effect::Changed(_)) => {
                    changed.count();
                    let lateness = self.0.clock.now().since(order.state.expires_at);
                    metrics::histogram!("order_expiry_lateness_seconds")
                        .record(lateness.as_secs_f64());
                }
                Err(Failure::Unavailable(unavailable)) => return Err(unavailable),
                Err(Failure::Busy) => return Err(Unavailable::new("cannot expire orders: busy")),
                Err(Failure::Refused(refusal)) => {
                    return Err(Unavailable::new(format!("cannot expire an order: {refusal}")));
                }
            }
        }
        Ok(orders.len())
    }

    /// Waits until the nearest deadline may have passed, at most the maximum wait.
    pub(crate) async fn wait(&self) {
        let clock = &self.0.clock;
        let latest = clock.now().plus(WAIT_MAX);
        // With an upper bound, because not every server stops at the limit.
        let nearest = Query::on("by_deadline").equals(true).to(latest.minus(GRACE)).limit(1);
        let nearest = self.0.store.query::<Order>(nearest).await.unwrap_or_default();
        let due = nearest.first().map_or(latest, |order| order.state.expires_at.plus(GRACE));
        clock.sleep_until(due.min(latest)).await;
    }
}
