//! Takes entries whose sales have ended out of the list.

use std::time::Duration;

use store::{Never, Query, Stop, Tx, Unavailable};

use crate::Ports;
use crate::domain::Listing;

/// Entries per step, which is one commit.
const PAGE: u32 = 100;

/// Period of the steps. It is not critical: an order after the end of sales is refused by orders.
pub(crate) const PERIOD: Duration = Duration::from_secs(5);

/// Takes a page of ended entries out of the list. Returns their number.
pub(crate) async fn end_listings(ports: Ports) -> Result<usize, Unavailable> {
    let ended = Query::on("listed_until").equals(true).to(ports.clock.now()).limit(PAGE);
    let ended: Vec<Listing> = ports.store.query(ended).await?;
    if ended.is_empty() {
        return Ok(0);
    }
    let subjects: Vec<_> = ended.iter().map(|listing| listing.subject).collect();
    let ending = ports.store.transact(move |tx: &mut Tx<'_>| {
        let now = tx.now();
        for listing in tx.get_all::<Listing>(&subjects)?.into_iter().flatten() {
            if listing.is_listed {
                tx.save(listing.ended(now));
            }
        }
        Ok::<_, Stop<Never>>(())
    });
    let cannot = |failure| Unavailable::caused_by("cannot end listings", failure);
    ending.await.map_err(cannot)?;
    ports.pages.changed();
    Ok(ended.len())
}
