//! A ticket on offer, with its stock.

use contract::inventory::InventoryState;
use contract::ticket::{Offer as Offered, TicketState, sales_ended};
use contract::{TicketId, Timestamp};
use serde::{Deserialize, Serialize};

/// The copies of a ticket and of its inventory, whose messages arrive in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The ticket.
    pub id: TicketId,
    /// The last known state of the ticket.
    pub ticket: Option<TicketState>,
    /// The last known state of its inventory.
    pub stock: Option<InventoryState>,
}

impl Offer {
    /// An offer of which nothing is known.
    #[must_use]
    pub const fn unknown(id: TicketId) -> Self {
        Self { id, ticket: None, stock: None }
    }

    /// With this state of the ticket; `None` if it is not newer.
    #[must_use]
    pub fn with_ticket(self, ticket: TicketState) -> Option<Self> {
        let is_newer = self.ticket.as_ref().is_none_or(|known| known.version < ticket.version);
        is_newer.then_some(Self { ticket: Some(ticket), ..self })
    }

    /// With this state of the inventory; `None` if it is not newer.
    #[must_use]
    pub fn with_stock(self, stock: InventoryState) -> Option<Self> {
        let is_newer = self.stock.as_ref().is_none_or(|known| known.version < stock.version);
        is_newer.then_some(Self { stock: Some(stock), ..self })
    }

    /// Whether it is offered, by its seller and by the administrators.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let is_offered = |ticket: &TicketState| {
            let is_cancelled = ticket.show.is_some_and(|show| show.status.is_cancelled());
            ticket.offer == Offered::Open && !is_cancelled
        };
        let is_suspended = self.stock.as_ref().is_some_and(|stock| stock.suspended);
        self.ticket.as_ref().is_some_and(is_offered) && !is_suspended
    }

    /// Units that can be ordered now, apart from the end of sales; those of the ticket while its
    /// inventory is unknown.
    #[must_use]
    pub fn available(&self) -> u32 {
        let Some(ticket) = self.ticket.as_ref().filter(|_| self.is_open()) else { return 0 };
        match &self.stock {
            None => ticket.quantity,
            Some(stock) => stock.capacity.saturating_sub(stock.held.saturating_add(stock.sold)),
        }
    }

    /// Whether its sales have ended at `now`.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        let ended = |ticket: &TicketState| sales_ended(ticket.starts_at, ticket.late_sales, now);
        self.ticket.as_ref().is_some_and(ended)
    }
}
