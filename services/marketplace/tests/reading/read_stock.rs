//! Tickets and inventories, each with its copy of the other.

use orders::Inventory;
use store::Unavailable;
use testing::checker::Evidence;
use testing::checker::evidence::{InventoryFacts, TicketFacts};
use tickets::Ticket;

use super::{Reader, every};

impl Reader {
    pub(super) async fn read_stock(&self, evidence: &mut Evidence) -> Result<(), Unavailable> {
        let tickets: Vec<Ticket> = every(self.store(tickets::NAME)?).await?;
        evidence.tickets = tickets.iter().map(ticket).collect();
        let inventories: Vec<Inventory> = every(self.store(orders::NAME)?).await?;
        evidence.inventories = inventories.into_iter().map(inventory).collect();
        Ok(())
    }
}

fn ticket(ticket: &Ticket) -> TicketFacts {
    TicketFacts {
        state: ticket.state(),
        stock_version: ticket.stock.version,
        held: ticket.stock.held,
        sold: ticket.stock.sold,
        holder: ticket.stock.holder,
        is_suspended: ticket.stock.is_suspended,
        undecided: ticket.revision.as_ref().map(|revision| revision.number),
    }
}

fn inventory(inventory: Inventory) -> InventoryFacts {
    InventoryFacts {
        state: inventory.state(),
        seller: inventory.seller,
        title: inventory.title,
        price: inventory.price,
        offer: inventory.offer,
        offered: inventory.offered,
        venue: inventory.venue,
        starts_at: inventory.starts_at,
        late_sales: inventory.late_sales,
    }
}
