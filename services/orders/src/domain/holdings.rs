//! What one buyer holds, order by order, so that nobody keeps a ticket from others by holding it all and paying nothing.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use contract::{OrderId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::order::Order;
use super::refusal::Refusal;

/// Holds of one buyer, over all tickets, at the most: twenty full orders that are to be paid within a minute. It bounds the
/// document, to some 20 KiB, and what is read before a buyer is refused.
pub const HOLDS_MAX: usize = 200;

/// The holds of one buyer. Each order is listed when it is placed, and left out at a later one, once it has ended: so the end of
/// an order costs nothing here, and what a crash or a message that comes twice could do to a count, it cannot do to this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holdings {
    /// Who holds; also the document's id.
    pub buyer: UserId,
    /// Every hold of an order that may be active, the latest last.
    pub holds: Vec<Hold>,
}

/// Units of one ticket that an order holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// The order.
    pub order_id: OrderId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// How many.
    pub units: u32,
    /// When the order's deadline has passed, even if a payment moves it.
    pub until: Timestamp,
}

impl Holdings {
    /// Those of a buyer who holds nothing.
    #[must_use]
    pub const fn none(buyer: UserId) -> Self {
        Self { buyer, holds: Vec::new() }
    }

    /// The orders that hold something.
    #[must_use]
    pub fn orders(&self) -> BTreeSet<OrderId> {
        self.holds.iter().map(|hold| hold.order_id).collect()
    }

    /// Those whose time is not over.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.holds.retain(|hold| now < hold.until);
        self
    }

    /// Those of orders that are active.
    #[must_use]
    pub fn of(mut self, active: &BTreeSet<OrderId>) -> Self {
        self.holds.retain(|hold| active.contains(&hold.order_id));
        self
    }

    /// Lists the holds of an order that is placed.
    ///
    /// # Errors
    /// [`Refusal::HoldLimit`] when that is more than `limit` units of one ticket, [`Refusal::TooManyHolds`] when it is more than
    /// [`HOLDS_MAX`].
    pub fn with(
        &self,
        order: &Order,
        until: Timestamp,
        limit: NonZeroU32,
    ) -> Result<Self, Refusal> {
        let mut holds = self.holds.clone();
        for item in &order.state.items {
            let ticket_id = item.ticket_id;
            let of_ticket = self.holds.iter().filter(|hold| hold.ticket_id == ticket_id);
            let held: u32 = of_ticket.map(|hold| hold.units).sum();
            if held + item.quantity > limit.get() {
                return Err(Refusal::HoldLimit { ticket: ticket_id, limit });
            }
            let (order_id, units) = (order.state.id, item.quantity);
            holds.push(Hold { order_id, ticket_id, units, until });
        }
        if holds.len() > HOLDS_MAX {
            return Err(Refusal::TooManyHolds);
        }
        Ok(Self { buyer: self.buyer, holds })
    }
}
