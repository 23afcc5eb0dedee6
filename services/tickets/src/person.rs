//! Exports and erasures of a seller. An erasure withdraws the seller's tickets and replaces the
//! text of unsold ones.

use contract::part::Obstacle;
use contract::{Decided, UserId};
use service::person::{Part, PersonalData};
use sources::Clock;
use store::{Document as _, Never, Position, Query, Stop, Store, Tx, Unavailable};

use crate::domain::Ticket;
use crate::revision_request;

/// Tickets per commit.
const PAGE: u32 = 100;

/// Personal data of sellers in the store.
#[derive(Clone)]
pub(crate) struct SellerData {
    store: Store,
    clock: Clock,
}

impl SellerData {
    pub(crate) fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Loads a page of the seller's tickets, after the last ticket of the previous page.
    async fn page(
        &self,
        seller: UserId,
        after: Option<&Ticket>,
    ) -> Result<Vec<Ticket>, Unavailable> {
        let after = after
            .map(|ticket| Position { key: ticket.created_at.into(), id: ticket.document_id() });
        let query = Query::on("of_seller_by_age").equals(seller).after(after).limit(PAGE);
        self.store.query(query).await
    }
}

impl PersonalData for SellerData {
    async fn export(&self, user: UserId, part: &mut Part) -> Result<(), Unavailable> {
        let tickets = Query::on("of_seller_by_age").equals(user).descending();
        // The order that holds the only unit is personal data of its buyer.
        part.query::<Ticket>(&self.store, tickets, &["/stock/holder"]).await.map(drop)
    }

    async fn obstacles(&self, user: UserId, _: bool) -> Result<Vec<Obstacle>, Unavailable> {
        let now = self.clock.now();
        let mut page = self.page(user, None).await?;
        while let Some(last) = page.last() {
            if page.iter().any(|ticket| ticket.is_to_be_honoured(now)) {
                return Ok(vec![Obstacle::OpenSales]);
            }
            page = self.page(user, Some(last)).await?;
        }
        Ok(Vec::new())
    }

    async fn erase(&self, user: UserId) -> Result<(), Unavailable> {
        let mut page = self.page(user, None).await?;
        while let Some(last) = page.last() {
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
            page = self.page(user, Some(last)).await?;
        }
        Ok(())
    }
}
