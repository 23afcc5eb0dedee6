//! Capacity, held and sold of a ticket. `held + sold <= capacity`, always.

use contract::inventory::InventoryState;
use contract::order::OrderItem;
use contract::ticket::{Offer, TicketState};
use contract::{Money, OrderId, TicketId, UserId};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// The stock of one ticket, and the copy of what is needed of the ticket to sell it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inventory {
    /// The ticket; also the inventory's id.
    pub ticket_id: TicketId,
    /// One more with every change.
    pub version: u64,
    /// The version of the ticket that was copied last.
    pub ticket_version: u64,
    /// Who offers it.
    pub seller: UserId,
    /// What it is called.
    pub title: String,
    /// Price of one unit.
    pub price: Money,
    /// Whether it can be ordered.
    pub offer: Offer,
    /// Units the seller offers in all.
    pub offered: u32,
    /// Units of orders not yet paid.
    pub held: u32,
    /// Units of complete orders, without those that went back to sale.
    pub sold: u32,
    /// The order that has the only unit.
    pub holder: Option<OrderId>,
}

impl Inventory {
    /// The inventory of a ticket that was not known before.
    #[must_use]
    pub fn of(ticket: TicketState) -> Self {
        Self {
            ticket_id: ticket.id,
            version: 1,
            ticket_version: ticket.version,
            seller: ticket.seller,
            title: ticket.title,
            price: ticket.price,
            offer: ticket.offer,
            offered: ticket.quantity,
            held: 0,
            sold: 0,
            holder: None,
        }
    }

    /// Follows a ticket; `None` when this or a newer version of it was followed before.
    #[must_use]
    pub fn follow(self, ticket: TicketState) -> Option<Self> {
        (ticket.version > self.ticket_version).then(|| Self {
            version: self.version + 1,
            held: self.held,
            sold: self.sold,
            holder: self.holder,
            ..Self::of(ticket)
        })
    }

    /// Units there are: what is offered, but never less than what is held and sold already.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        self.offered.max(self.held + self.sold)
    }

    /// Units that can be held now.
    #[must_use]
    pub fn available(&self) -> u32 {
        match self.offer {
            Offer::Open => self.capacity() - self.held - self.sold,
            Offer::Withdrawn => 0,
        }
    }

    /// Holds units for an order, at the present price.
    ///
    /// # Errors
    /// [`Refusal::NotOffered`], [`Refusal::OwnTicket`], [`Refusal::SoldOut`].
    pub fn hold(
        self,
        order: OrderId,
        buyer: UserId,
        quantity: u32,
    ) -> Result<(Self, OrderItem), Refusal> {
        if self.offer == Offer::Withdrawn {
            return Err(Refusal::NotOffered(self.ticket_id));
        }
        if self.seller == buyer {
            return Err(Refusal::OwnTicket(self.ticket_id));
        }
        if quantity > self.available() {
            return Err(Refusal::SoldOut(self.ticket_id));
        }
        let item = OrderItem {
            ticket_id: self.ticket_id,
            seller: self.seller,
            title: self.title.clone(),
            unit_price: self.price,
            quantity,
            returned: 0,
        };
        let holder = (self.capacity() == 1).then_some(order);
        let held = self.held + quantity;
        Ok((self.changed(|inventory| Self { held, holder, ..inventory }), item))
    }

    /// Gives held units back.
    ///
    /// # Panics
    /// When more is given back than is held, which is a bug.
    #[must_use]
    pub fn release(self, quantity: u32) -> Self {
        assert!(quantity <= self.held, "released more than was held of {}", self.ticket_id);
        let held = self.held - quantity;
        self.changed(|inventory| Self { held, holder: None, ..inventory })
    }

    /// Sells held units.
    ///
    /// # Panics
    /// When more is sold than is held, which is a bug.
    #[must_use]
    pub fn sell(self, quantity: u32) -> Self {
        assert!(quantity <= self.held, "sold more than was held of {}", self.ticket_id);
        let (held, sold) = (self.held - quantity, self.sold + quantity);
        self.changed(|inventory| Self { held, sold, ..inventory })
    }

    /// Puts sold units on sale again.
    ///
    /// # Panics
    /// When more comes back than was sold, which is a bug.
    #[must_use]
    pub fn take_back(self, quantity: u32) -> Self {
        assert!(quantity <= self.sold, "took back more than was sold of {}", self.ticket_id);
        let sold = self.sold - quantity;
        self.changed(|inventory| Self { sold, holder: None, ..inventory })
    }

    fn changed(self, change: impl FnOnce(Self) -> Self) -> Self {
        let version = self.version + 1;
        let changed = Self { version, ..change(self) };
        assert!(
            changed.held + changed.sold <= changed.capacity(),
            "oversold {}",
            changed.ticket_id
        );
        changed
    }

    /// What others learn of it.
    #[must_use]
    pub fn state(&self) -> InventoryState {
        InventoryState {
            ticket_id: self.ticket_id,
            version: self.version,
            ticket_version: self.ticket_version,
            capacity: self.capacity(),
            held: self.held,
            sold: self.sold,
            holder: self.holder,
        }
    }
}
