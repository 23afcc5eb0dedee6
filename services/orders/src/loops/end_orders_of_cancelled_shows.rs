//! Ends the open orders of cancelled shows. Their units cannot be ordered again.

use std::time::Duration;

use sources::{Trace, with_trace};
use store::{Failure, Query, Stop, Tx, Unavailable};

use crate::Ports;
use crate::domain::{Cause, Command, Order, Refusal, Show};
use crate::stock;

/// Orders per step: few enough that the slowest server commits them well within the timeout of an
/// operation. A slower step would be retried without end.
const PAGE: u32 = 100;

/// Maximum wait between two reads: another replica may have decided the cancellation and stopped.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// Sweep over the open orders of cancelled shows, one show after the other.
#[derive(Clone)]
pub(crate) struct EndOrdersOfCancelledShows(pub(crate) Ports);

impl EndOrdersOfCancelledShows {
    /// Ends a page of orders of a cancelled show, or records that it has no open order. Returns the
    /// amount of work.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let store = &self.0.store;
        let ending = Query::on("ending").equals(true).limit(1);
        let Some(show) = store.query::<Show>(ending).await?.pop() else { return Ok(0) };
        let open = Query::on("open_by_show").equals(show.id).limit(PAGE);
        let orders: Vec<Order> = store.query(open).await?;
        if orders.is_empty() {
            // No order of a cancelled show is placed, so none was added since the query.
            let recording = store.transact(move |tx: &mut Tx<'_>| {
                if let Some(show) = tx.get::<Show>(show.id)? {
                    tx.save(show.ended());
                }
                Ok::<_, Stop<Refusal>>(())
            });
            recording.await.map_err(unavailable)?;
            return Ok(1);
        }
        let ending = orders.iter().map(|order| {
            let order_id = order.state.id;
            let ending = move |tx: &mut Tx<'_>| {
                stock::command(tx, order_id, Command::CancelWithShow, &Cause::ShowCancelled)
            };
            with_trace(Trace::of(order_id), store.transact(ending))
        });
        for ended in futures::future::join_all(ending).await {
            ended.map_err(unavailable)?.count();
        }
        Ok(orders.len())
    }

    /// Waits until a show is cancelled, at most the maximum wait.
    pub(crate) async fn wait(&self) {
        let clock = &self.0.clock;
        tokio::select! {
            () = self.0.cancelled_shows.notified() => {}
            () = clock.sleep_until(clock.now().plus(WAIT_MAX)) => {}
        }
    }
}

fn unavailable(failure: Failure<Refusal>) -> Unavailable {
    Unavailable::caused_by("cannot end the orders of a cancelled show", failure)
}
