//! Exports and erasures of a seller or reporter. An erasure withdraws the seller's tickets and
//! replaces the text of unsold ones, and of the shows without sold tickets. It deletes the reports
//! by the person. Reports of the person's offers are in no export: they name their reporters.

use contract::part::Obstacle;
use contract::{Decided, ShowId, TicketId, UserId};
use service::person::{Part, PersonalData};
use store::{Loaded, Never, Pages, Query, Stop, Store, Tx, Unavailable};

use crate::domain::{Remainder, Report, Reporter, SaleCopy, Show, Ticket};
use crate::{Ports, reporting, revision_request, show_offers};

/// Tickets or reports per commit.
const PAGE: u32 = 100;

/// Shows per commit; each reads up to 50 tickets.
const SHOWS_PAGE: u32 = 10;

fn tickets(store: &Store, seller: UserId) -> Pages<Ticket> {
    store.pages_of(Query::on("of_seller_by_age").equals(seller).limit(PAGE))
}

fn shows(store: &Store, seller: UserId) -> Pages<Show> {
    store.pages_of(Query::on("of_seller_by_start").equals(seller).limit(SHOWS_PAGE))
}

impl PersonalData for Ports {
    async fn export(&self, user: UserId, part: &mut Part) -> Result<(), Unavailable> {
        let tickets = Query::on("of_seller_by_age").equals(user).descending();
        // The order that holds the only unit is personal data of its buyer.
        part.query::<Ticket>(&self.store, tickets, &["/stock/holder"]).await?;
        let shows = Query::on("of_seller_by_start").equals(user).descending();
        part.query::<Show>(&self.store, shows, &[]).await?;
        // The orders that the person has placed. Those of the seller's shows name their buyers.
        let orders = Query::on("of_buyer_by_time").equals(user).descending();
        part.query::<SaleCopy>(&self.store, orders, &["/seller"]).await?;
        let reports = Query::on("of_reporter_by_age").equals(user).descending();
        part.query::<Report>(&self.store, reports, &["/closing/by"]).await?;
        part.find::<Reporter>(&self.store, &user.to_string()).await
    }

    async fn obstacles(&self, user: UserId, _: bool) -> Result<Vec<Obstacle>, Unavailable> {
        let now = self.clock.now();
        let mut pages = tickets(&self.store, user);
        while let Some(page) = pages.next().await? {
            if page.iter().any(|ticket| ticket.is_to_be_honoured(now)) {
                return Ok(vec![Obstacle::OpenSales]);
            }
        }
        let mut pages = shows(&self.store, user);
        while let Some(page) = pages.next().await? {
            if page.iter().any(Show::is_to_be_refunded) {
                return Ok(vec![Obstacle::OpenSales]);
            }
        }
        Ok(Vec::new())
    }

    async fn erase(&self, user: UserId) -> Result<(), Unavailable> {
        let cannot = |failure| Unavailable::caused_by("cannot erase a seller", failure);
        let mut pages = tickets(&self.store, user);
        while let Some(page) = pages.next().await? {
            let ids: Vec<_> = page.iter().map(|ticket| ticket.id).collect();
            let erasing = self
                .store
                .transact(move |tx: &mut Tx<'_>| Ok::<_, Stop<Never>>(erase_tickets(tx, &ids)?));
            erasing.await.map_err(cannot)?;
        }
        let mut pages = shows(&self.store, user);
        while let Some(page) = pages.next().await? {
            let ids: Vec<_> = page.iter().map(|show| show.id).collect();
            let erasing = self
                .store
                .transact(move |tx: &mut Tx<'_>| Ok::<_, Stop<Never>>(erase_shows(tx, &ids)?));
            erasing.await.map_err(cannot)?;
        }
        let reports = Query::on("of_reporter_by_age").equals(user).limit(PAGE);
        let mut pages = self.store.pages_of::<Report>(reports);
        while let Some(page) = pages.next().await? {
            let ids: Vec<_> = page.iter().map(|report| report.id).collect();
            let erasing = self
                .store
                .transact(move |tx: &mut Tx<'_>| Ok::<_, Stop<Never>>(reporting::erase(tx, &ids)?));
            erasing.await.map_err(cannot)?;
        }
        Ok(())
    }
}

fn erase_tickets(tx: &mut Tx<'_>, ids: &[TicketId]) -> Loaded<()> {
    for ticket in tx.get_all::<Ticket>(ids)?.into_iter().flatten() {
        if let Decided::Applied(erased, ()) = ticket.erase_seller() {
            revision_request::publish(tx, &ticket, &*erased);
            show_offers::save_ticket(tx, &ticket, *erased)?;
        }
    }
    Ok(())
}

fn erase_shows(tx: &mut Tx<'_>, ids: &[ShowId]) -> Loaded<()> {
    for show in tx.get_all::<Show>(ids)?.into_iter().flatten() {
        let tickets = tx.get_all::<Ticket>(&show.tickets)?;
        let are_unsold = tickets.iter().flatten().all(|it| it.stock.committed() == 0);
        let remainder = if are_unsold { Remainder::Nothing } else { Remainder::TitleAndPlace };
        if let Decided::Applied(erased, ()) = show.erase_seller(remainder) {
            revision_request::publish(tx, &show, &*erased);
            tx.save(*erased);
        }
    }
    Ok(())
}
