//! Ends transfers that were not accepted in time.

use std::time::Duration;

use contract::TransferId;
use store::{Never, Query, Stop, Tx, Unavailable};

use crate::Ports;
use crate::domain::Transfer;
use crate::transferring;

/// Transfers per step: few enough that the slowest server commits them well within the timeout of
/// an operation.
const PAGE: u32 = 100;

/// Wait between two steps. A transfer cannot be accepted from its expiry on; only its mail and its
/// shown state follow the step.
const WAIT: Duration = Duration::from_secs(5);

/// Loop over the transfers that are still offered, by the time of expiry.
#[derive(Clone)]
pub(crate) struct ExpireTransfers(pub(crate) Ports);

impl ExpireTransfers {
    /// Ends a page of transfers. Returns their number.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let Self(ports) = self;
        let overdue = Query::on("by_expiry").to(ports.clock.now()).limit(PAGE);
        let overdue: Vec<Transfer> = ports.store.query(overdue).await?;
        if overdue.is_empty() {
            return Ok(0);
        }
        let ids: Vec<TransferId> = overdue.iter().map(|transfer| transfer.state.id).collect();
        let expiring = ports.store.transact(move |tx: &mut Tx<'_>| {
            for transfer in tx.get_all::<Transfer>(&ids)?.into_iter().flatten() {
                let expired = transfer.expire(tx.now());
                transferring::save(tx, expired);
            }
            Ok::<_, Stop<Never>>(())
        });
        let cannot = |failure| Unavailable::caused_by("cannot expire transfers", failure);
        expiring.await.map_err(cannot)?;
        Ok(overdue.len())
    }

    /// Waits until transfers may have expired.
    pub(crate) async fn wait(&self) {
        let Self(ports) = self;
        ports.clock.sleep_until(ports.clock.now().plus(WAIT)).await;
    }
}
