//! Capacity, held and sold units of a ticket. Invariant: `held + sold <= capacity`.

use contract::inventory::{DecidedRevision, InventoryState, RevisionOutcome};
use contract::order::OrderItem;
use contract::revision::RevisionState;
use contract::show::ShowStatus;
use contract::ticket::{Offer, TicketShow, TicketState, sales_ended};
use contract::{AdmissionId, Money, OrderId, ShowId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::seller::Seller;
use super::show::{Show, ShowTicket};

/// Stock and terms of sale of one ticket. Decides which revision of the ticket is in force.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct Inventory {
    /// The ticket; also the id of the inventory.
    pub ticket_id: TicketId,
    /// Plus one for every change.
    pub version: u64,
    /// Copied version of the ticket.
    pub ticket_version: u64,
    /// The seller.
    pub seller: UserId,
    /// Title.
    pub title: String,
    /// Price of one unit.
    pub price: Money,
    /// Venue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// Start of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Whether units can be ordered after the start.
    #[serde(default)]
    pub late_sales: bool,
    /// Whether the ticket can be ordered.
    pub offer: Offer,
    /// Total units offered.
    pub offered: u32,
    /// Units held by unpaid orders.
    pub held: u32,
    /// Units of complete orders, without returned ones.
    pub sold: u32,
    /// The order that holds or bought the only unit.
    pub holder: Option<OrderId>,
    /// The last decided revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<DecidedRevision>,
    /// Copied version of the seller's account; absent in documents of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_version: Option<u64>,
    /// Whether the seller is banned: no unit can be ordered. Existing orders remain.
    #[serde(default)]
    pub is_suspended: bool,
    /// Copy of the show, whose venue and start are those of the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show: Option<InventoryShow>,
    /// The admission that the ticket sells again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resale: Option<AdmissionId>,
}

/// Copy of the show of a ticket: the part that decides on orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InventoryShow {
    /// The show.
    pub id: ShowId,
    /// Copied version of the show.
    pub version: u64,
    /// Its status.
    pub status: ShowStatus,
    /// Units on offer of all tickets of the show, including sold ones.
    pub offered: u32,
}

impl Inventory {
    /// Creates the inventory of a new ticket.
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
            resale: ticket.resale.map(|resale| resale.admission_id),
            show: ticket.show.map(|TicketShow { id, version, status }| InventoryShow {
                id,
                version,
                status,
                offered: ticket.quantity,
            }),
        }
    }

    /// The inventory with the ban of its seller.
    pub fn of_seller(self, seller: &Seller) -> Self {
        let (seller_version, is_suspended) = (Some(seller.version), seller.is_banned());
        Self { seller_version, is_suspended, ..self }
    }

    /// Migrates a document of an earlier version; `None` for others.
    #[must_use]
    pub(crate) fn migrated(self) -> Option<Self> {
        self.seller_version.is_none().then_some(Self { seller_version: Some(0), ..self })
    }

    /// Copies the seller's account; `None` unless its version is newer.
    #[must_use]
    pub fn follow_seller(self, seller: &Seller) -> Option<Self> {
        let is_newer = seller.version > self.seller_version.unwrap_or_default();
        is_newer.then(|| self.changed(|inventory| inventory.of_seller(seller)))
    }

    /// Copies a ticket; `None` unless its version is newer.
    #[must_use]
    pub fn follow(self, ticket: TicketState) -> Option<Self> {
        (ticket.version > self.ticket_version).then(|| self.with_terms(ticket))
    }

    /// The inventory with the present copy of its show. A change of the units on offer alone is not
    /// published. A newer version of the show is one of the ticket too.
    pub fn in_show(self, show: &Show) -> Self {
        let Some(known) = self.show else { return self };
        let Show { id, version, status, .. } = *show;
        let copied = InventoryShow { id, version, status, offered: show.offered() };
        let newer = version.saturating_sub(known.version);
        if newer == 0 {
            return Self { show: Some(copied), ..self };
        }
        Self {
            version: self.version + 1,
            ticket_version: self.ticket_version + newer,
            venue: show.venue.clone(),
            starts_at: show.starts_at,
            show: Some(copied),
            ..self
        }
    }

    /// Whether its show is cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.show.is_some_and(|show| show.status.is_cancelled())
    }

    /// The ticket, as one of its show.
    #[must_use]
    pub const fn show_ticket(&self) -> ShowTicket {
        let offered = match self.offer {
            Offer::Open => self.offered,
            Offer::Withdrawn | Offer::TakenDown => 0,
        };
        ShowTicket { id: self.ticket_id, offered }
    }

    /// Decides a revision, which takes effect with the commit that accepts it. `None` if this or a
    /// newer revision is already decided.
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

    /// Outcome of a revision. The only unit of a ticket is reserved for the order that holds it.
    fn outcome_of(&self, ticket: &TicketState) -> RevisionOutcome {
        let committed = self.held + self.sold;
        let has_other_currency = ticket.price.currency != self.price.currency;
        let is_reserved = self.holder.is_some() || (committed > 0 && has_other_currency);
        match ticket.offer {
            Offer::Open | Offer::Withdrawn if is_reserved => RevisionOutcome::Reserved,
            Offer::Open if ticket.quantity < committed => {
                RevisionOutcome::BelowCommitted { committed }
            }
            // A take-down ends the sale even of held units; the hold and its order remain.
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

    /// Units of the ticket: the quantity offered, at least the units held and sold.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        self.offered.max(self.held + self.sold)
    }

    /// Units available now.
    #[must_use]
    pub fn available(&self) -> u32 {
        if self.is_offered() { self.capacity() - self.held - self.sold } else { 0 }
    }

    /// Whether the ticket can be ordered while units are available.
    #[must_use]
    pub fn is_offered(&self) -> bool {
        match self.offer {
            Offer::Open => !self.is_suspended && !self.is_cancelled(),
            Offer::Withdrawn | Offer::TakenDown => false,
        }
    }

    /// Holds units for an order, at the present price.
    ///
    /// # Errors
    /// [`Refusal::ShowCancelled`], [`Refusal::NotOffered`], [`Refusal::SalesEnded`],
    /// [`Refusal::OwnTicket`], [`Refusal::SoldOut`].
    pub fn hold(
        self,
        order: OrderId,
        buyer: UserId,
        quantity: u32,
        now: Timestamp,
    ) -> Result<(Self, OrderItem), Refusal> {
        if let Some(show) = self.show.filter(|show| show.status.is_cancelled()) {
            return Err(Refusal::ShowCancelled(show.id));
        }
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
            resale: self.resale,
        };
        let holder = (self.capacity() == 1).then_some(order);
        let held = self.held + quantity;
        Ok((self.changed(|inventory| Self { held, holder, ..inventory }), item))
    }

    /// Releases held units.
    ///
    /// # Panics
    /// If more units are released than are held, which is a bug.
    pub fn release(self, quantity: u32) -> Self {
        assert!(quantity <= self.held, "released more than was held of {}", self.ticket_id);
        let held = self.held - quantity;
        self.changed(|inventory| Self { held, holder: None, ..inventory })
    }

    /// Sells held units.
    ///
    /// # Panics
    /// If more units are sold than are held, which is a bug.
    pub fn sell(self, quantity: u32) -> Self {
        assert!(quantity <= self.held, "sold more than was held of {}", self.ticket_id);
        let (held, sold) = (self.held - quantity, self.sold + quantity);
        self.changed(|inventory| Self { held, sold, ..inventory })
    }

    /// Returns sold units to sale.
    ///
    /// # Panics
    /// If more units are returned than were sold, which is a bug.
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
