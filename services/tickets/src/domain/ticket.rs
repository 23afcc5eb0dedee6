//! A ticket: offered, edited, withdrawn.

use contract::inventory::InventoryState;
use contract::ticket::{Offer, TicketState};
use contract::{OrderId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::stock::Stock;
use super::terms::Terms;

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// 1 when offered, one more with every change its seller makes. Its stock does not count: a sale must not get into
    /// the way of an edit.
    pub version: u64,
    /// Who offers it.
    pub seller: UserId,
    /// What the seller says of it.
    #[serde(flatten)]
    pub terms: Terms,
    /// Whether it can be ordered.
    pub offer: Offer,
    /// What orders told of its stock.
    pub stock: Stock,
    /// When it was first offered.
    pub created_at: Timestamp,
}

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It changed.
    Changed(Box<Ticket>),
    /// It was so before.
    Unchanged,
}

impl Ticket {
    /// Offers a ticket.
    ///
    /// # Errors
    /// [`Refusal::BeginsInPast`].
    pub fn offer(
        id: TicketId,
        seller: UserId,
        terms: Terms,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        if !terms.begin_after(now) {
            return Err(Refusal::BeginsInPast);
        }
        let (offer, stock) = (Offer::Open, Stock::default());
        Ok(Self { id, version: 1, seller, terms, offer, stock, created_at: now })
    }

    /// Replaces what the seller says of it; `expected` is the version the seller read, if told. A time that has come since
    /// may stay as it is.
    ///
    /// # Errors
    /// [`Refusal::NotTheSeller`], [`Refusal::NotOffered`], [`Refusal::VersionConflict`], [`Refusal::BeginsInPast`],
    /// [`Refusal::Reserved`], [`Refusal::BelowCommitted`].
    pub fn edit(
        &self,
        seller: UserId,
        terms: Terms,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        self.refuse_others(seller)?;
        match self.offer {
            Offer::Withdrawn => return Err(Refusal::NotOffered),
            Offer::Open => {}
        }
        if expected.is_some_and(|expected| expected != self.version) {
            return Err(Refusal::VersionConflict { version: self.version });
        }
        if terms == self.terms {
            return Ok(Outcome::Unchanged);
        }
        if terms.starts_at != self.terms.starts_at && !terms.begin_after(now) {
            return Err(Refusal::BeginsInPast);
        }
        let committed = self.stock.committed();
        if self.is_reserved() || (committed > 0 && self.has_other_currency(&terms)) {
            return Err(Refusal::Reserved);
        }
        if terms.quantity.get() < committed {
            return Err(Refusal::BelowCommitted { committed });
        }
        let version = self.version + 1;
        Ok(Outcome::Changed(Box::new(Self { version, terms, ..self.clone() })))
    }

    /// Takes it back: nothing more is sold, orders made stay.
    ///
    /// # Errors
    /// [`Refusal::NotTheSeller`], [`Refusal::Reserved`].
    pub fn withdraw(&self, seller: UserId) -> Result<Outcome, Refusal> {
        self.refuse_others(seller)?;
        match self.offer {
            Offer::Withdrawn => Ok(Outcome::Unchanged),
            Offer::Open if self.is_reserved() => Err(Refusal::Reserved),
            Offer::Open => {
                let (version, offer) = (self.version + 1, Offer::Withdrawn);
                Ok(Outcome::Changed(Box::new(Self { version, offer, ..self.clone() })))
            }
        }
    }

    /// Follows its inventory.
    #[must_use]
    pub fn follow(&self, inventory: &InventoryState) -> Outcome {
        if inventory.version <= self.stock.version {
            return Outcome::Unchanged;
        }
        Outcome::Changed(Box::new(Self { stock: Stock::from(inventory), ..self.clone() }))
    }

    /// Units that can be bought, as far as is known here; orders decides.
    #[must_use]
    pub fn available(&self) -> u32 {
        match self.offer {
            Offer::Open => self.terms.quantity.get().saturating_sub(self.stock.committed()),
            Offer::Withdrawn => 0,
        }
    }

    /// The order that has the only unit, where there is only one.
    #[must_use]
    pub fn holder(&self) -> Option<OrderId> {
        self.stock.holder.filter(|_| self.is_reserved())
    }

    /// What others learn of it.
    #[must_use]
    pub fn state(&self) -> TicketState {
        TicketState {
            id: self.id,
            version: self.version,
            seller: self.seller,
            title: self.terms.title.as_str().to_owned(),
            price: self.terms.price,
            quantity: self.terms.quantity.get(),
            offer: self.offer,
            created_at: self.created_at,
        }
    }

    fn refuse_others(&self, seller: UserId) -> Result<(), Refusal> {
        if seller == self.seller { Ok(()) } else { Err(Refusal::NotTheSeller) }
    }

    /// Whether its only unit is held or sold.
    fn is_reserved(&self) -> bool {
        self.terms.quantity.get() == 1 && self.stock.committed() > 0
    }

    fn has_other_currency(&self, terms: &Terms) -> bool {
        terms.price.currency != self.terms.price.currency
    }
}
