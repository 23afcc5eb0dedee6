//! Exports and erasures of a seller. An erasure withdraws the seller's tickets and replaces the
//! text of unsold ones.

use contract::part::Obstacle;
use contract::{Decided, UserId};
use service::person::{Part, PersonalData};
use store::{Never, Pages, Query, Stop, Store, Tx, Unavailable};

use crate::Ports;
use crate::domain::Ticket;
use crate::revision_request;

/// Tickets per commit.
const PAGE: u32 = 100;

fn tickets(store: &Store, seller: UserId) -> Pages<Ticket> {
    store.pages_of(Query::on("of_seller_by_age").equals(seller).limit(PAGE))
}

impl PersonalData for Ports {
    async fn export(&self, user: UserId, part: &mut Part) -> Result<(), Unavailable> {
        let tickets = Query::on("of_seller_by_age").equals(user).descending();
        // The order that holds the only unit is personal data of its buyer.
        part.query::<Ticket>(&self.store, tickets, &["/stock/holder"]).await.map(drop)
    }

    async fn obstacles(&self, user: UserId, _: bool) -> Result<Vec<Obstacle>, Unavailable> {
        let now = self.clock.now();
        let mut pages = tickets(&self.store, user);
        while let Some(page) = pages.next().await? {
            if page.iter().any(|ticket| ticket.is_to_be_honoured(now)) {
                return Ok(vec![Obstacle::OpenSales]);
            }
        }
        Ok(Vec::new())
    }

    async fn erase(&self, user: UserId) -> Result<(), Unavailable> {
        let mut pages = tickets(&self.store, user);
        while let Some(page) = pages.next().await? {
            let ids: Vec<_> = page.iter().map(|ticket| ticket.id).collect();
            let erasing = self.store.transact(move |tx: &mut Tx<'_>| {
                for ticket in tx.get_all::<Ticket>(&ids)?.into_iter().flatten() {
                    if let Decided::Applied(erased, ()) = ticket.erase_seller() {
                        revision_request::publish(tx, &ticket, &erased);
                        tx.save(*erased);
                    }
                }
                Ok::<_, Stop<Never>>(())
            });
            let cannot = "cannot erase a seller";
            erasing.await.map_err(|failure| Unavailable::caused_by(cannot, failure))?;
        }
        Ok(())
    }
}
