//! Ends the listing of tickets that have begun. Sales end by the time itself; this loop removes the
//! tickets from the index of lists.

use std::time::Duration;

use contract::Decided;
use store::{Failure, Query, Stop, Tx, Unavailable};

use crate::Ports;
use crate::domain::{Refusal, Ticket};

/// Tickets per step, which is one commit.
const PAGE: u32 = 100;

/// Period of the steps. It is not critical: lists filter out tickets that have begun.
const PERIOD: Duration = Duration::from_secs(5);

/// Loop that ends listings.
#[derive(Clone)]
pub struct EndListings {
    ports: Ports,
}

impl EndListings {
    /// Creates the loop.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Ends the listing of a page of tickets that have begun. Returns their number.
    ///
    /// # Errors
    /// [`Unavailable`] if the store is unreachable.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let begun = Query::on("listed_until").equals(true).to(self.ports.clock.now()).limit(PAGE);
        let begun: Vec<Ticket> = self.ports.store.query(begun).await?;
        if begun.is_empty() {
            return Ok(0);
        }
        let ids: Vec<_> = begun.iter().map(|ticket| ticket.id).collect();
        let ending = self.ports.store.transact(move |tx: &mut Tx<'_>| {
            let now = tx.now();
            for ticket in tx.get_all::<Ticket>(&ids)?.into_iter().flatten() {
                if let Decided::Applied(ended, ()) = ticket.end_listing(now) {
                    tx.save(*ended);
                }
            }
            Ok::<_, Stop<Refusal>>(())
        });
        match ending.await {
            Ok(()) => Ok(begun.len()),
            Err(Failure::Unavailable(unavailable)) => Err(unavailable),
            Err(failure @ (Failure::Busy | Failure::Refused(_))) => {
                Err(Unavailable::new(format!("cannot end listings: {failure}")))
            }
        }
    }

    /// Waits until the next step is due.
    pub async fn wait(&self) {
        self.ports.clock.sleep(PERIOD).await;
    }
}
