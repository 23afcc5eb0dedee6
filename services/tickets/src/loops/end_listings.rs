//! Ends the listing of tickets that have begun. Sales end by the time itself; this loop removes the
//! tickets from the index of lists.

use std::time::Duration;

use contract::Decided;
use store::{Never, Query, Stop, Tx, Unavailable};

use crate::Ports;
use crate::domain::Ticket;

/// Tickets per step, which is one commit.
const PAGE: u32 = 100;

/// Period of the steps. It is not critical: lists filter out tickets that have begun.
pub(crate) const PERIOD: Duration = Duration::from_secs(5);

/// Ends the listing of a page of tickets that have begun. Returns their number.
pub(crate) async fn end_listings(ports: Ports) -> Result<usize, Unavailable> {
    let begun = Query::on("listed_until").equals(true).to(ports.clock.now()).limit(PAGE);
    let begun: Vec<Ticket> = ports.store.query(begun).await?;
    if begun.is_empty() {
        return Ok(0);
    }
    let ids: Vec<_> = begun.iter().map(|ticket| ticket.id).collect();
    let ending = ports.store.transact(move |tx: &mut Tx<'_>| {
        let now = tx.now();
        for ticket in tx.get_all::<Ticket>(&ids)?.into_iter().flatten() {
            if let Decided::Applied(ended, ()) = ticket.end_listing(now) {
                tx.save(*ended);
            }
        }
        Ok::<_, Stop<Never>>(())
    });
    let cannot = |failure| Unavailable::caused_by("cannot end listings", failure);
    ending.await.map_err(cannot)?;
    Ok(begun.len())
}
