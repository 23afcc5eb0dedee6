//! Capacity, held and sold of a ticket. `held + sold <= capacity`, always.

use contract::inventory::{DecidedRevision, InventoryState, RevisionOutcome};
use contract::order::OrderItem;
use contract::revision::RevisionState;
use contract::ticket::{Offer, TicketState, sales_ended};
use contract::{Money, OrderId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::seller::Seller;

/// The stock of one ticket, and its terms of sale. It decides which revision of the ticket is in force.
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
    /// Where it takes place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// When it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Whether it can still be ordered after it has begun.
    #[serde(default)]
    pub late_sales: bool,
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
    /// The revision that was decided last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<DecidedRevision>,
    /// The version of the seller's account that was followed last; none in documents of versions that followed no account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_version: Option<u64>,
    /// Whether the seller is banned: nothing can be ordered, whatever is offered. Orders made stay.
    #[serde(default)]
    pub is_suspended: bool,
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
            venue: ticket.venue,
            starts_at: ticket.starts_at,
            late_sales: ticket.late_sales,
            offer: ticket.offer,
            offered: ticket.quantity,
            held: 0,
            sold: 0,
            holder: None,
            revision: None,
            seller_version: Some(0),
            is_suspended: false,
        }
    }

    /// The same, with the standing of its seller.
    #[must_use]
    pub fn of_seller(self, seller: &Seller) -> Self {
        let (seller_version, is_suspended) = (Some(seller.version), seller.is_banned());
        Self { seller_version, is_suspended, ..self }
    }

    /// A document of an earlier version, as it is stored now; `None` for others.
    #[must_use]
    pub fn migrated(self) -> Option<Self> {
        self.seller_version.is_none().then_some(Self { seller_version: Some(0), ..self })
    }

    /// Follows its seller; `None` when this or a newer version of the account was followed before.
    #[must_use]
    pub fn follow_seller(self, seller: &Seller) -> Option<Self> {
        let is_newer = seller.version > self.seller_version.unwrap_or_default();
        is_newer.then(|| self.changed(|inventory| inventory.of_seller(seller)))
    }

    /// Follows a ticket; `None` when this or a newer version of it was followed before.
    #[must_use]
    pub fn follow(self, ticket: TicketState) -> Option<Self> {
        (ticket.version > self.ticket_version).then(|| self.with_terms(ticket))
    }

    /// Decides a revision: a change of the ticket is in force from the commit that accepts it. `None` when this or a newer revision was
    /// decided before.
    #[must_use]
    pub fn revise(self, revision: RevisionState) -> Option<Self> {
        let RevisionState { number, ticket } = revision;
        if self.revision.is_some_and(|decided| decided.number >= number) {
            return None;
        }
        let outcome = self.outcome_of(&ticket);
        let decided = match outcome {
            RevisionOutcome::Accepted => self.with_terms(ticket),
            RevisionOutcome::Reserved | RevisionOutcome::BelowCommitted { .. } => {
                Self { version: self.version + 1, ..self }
            }
        };
        Some(Self { revision: Some(DecidedRevision { number, outcome }), ..decided })
    }

    /// What becomes of a revision. The only unit of a ticket is reserved for the order that has it.
    fn outcome_of(&self, ticket: &TicketState) -> RevisionOutcome {
        let committed = self.held + self.sold;
        let has_other_currency = ticket.price.currency != self.price.currency;
        let is_reserved = self.holder.is_some() || (committed > 0 && has_other_currency);
        match ticket.offer {
            Offer::Open | Offer::Withdrawn if is_reserved => RevisionOutcome::Reserved,
            Offer::Open if ticket.quantity < committed => {
                RevisionOutcome::BelowCommitted { committed }
            }
            // What an administrator takes down is not on sale any more, held or not; the hold and its order stay.
            Offer::Open | Offer::Withdrawn | Offer::TakenDown => RevisionOutcome::Accepted,
        }
    }

    fn with_terms(self, ticket: TicketState) -> Self {
        Self {
            version: self.version + 1,
            held: self.held,
            sold: self.sold,
            holder: self.holder,
            revision: self.revision,
            seller_version: self.seller_version,
            is_suspended: self.is_suspended,
            ..Self::of(ticket)
        }
    }

    /// Units there are: what is offered, but never less than what is held and sold already.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        self.offered.max(self.held + self.sold)
    }

    /// Units that can be held now.
    #[must_use]
    pub fn available(&self) -> u32 {
        if self.is_offered() { self.capacity() - self.held - self.sold } else { 0 }
    }

    /// Whether it can be ordered while units are available.
    #[must_use]
    pub fn is_offered(&self) -> bool {
        match self.offer {
            Offer::Open => !self.is_suspended,
            Offer::Withdrawn | Offer::TakenDown => false,
        }
    }

    /// Holds units for an order, at the present price.
    ///
    /// # Errors
    /// [`Refusal::NotOffered`], [`Refusal::SalesEnded`], [`Refusal::OwnTicket`], [`Refusal::SoldOut`].
    pub fn hold(
        self,
        order: OrderId,
        buyer: UserId,
        quantity: u32,
        now: Timestamp,
    ) -> Result<(Self, OrderItem), Refusal> {
        if !self.is_offered() {
            return Err(Refusal::NotOffered(self.ticket_id));
        }
        if sales_ended(self.starts_at, self.late_sales, now) {
            return Err(Refusal::SalesEnded(self.ticket_id));
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
            venue: self.venue.clone(),
            starts_at: self.starts_at,
            unit_price: self.price,
            quantity,
            returned: 0,
            returned_in_version: None,
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

    /// Published state.
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
            revision: self.revision,
            suspended: self.is_suspended,
        }
    }
}
