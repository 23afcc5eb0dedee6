//! Where and when a ticket is on sale, and its units.

use contract::ticket::{Offer, sales_ended};
use contract::{Decided, OrderId, Timestamp};

use super::Ticket;
use crate::domain::terms::{Terms, Venue};

impl Ticket {
    /// Ends the listing after the start, unless late sales are allowed.
    pub fn end_listing(&self, now: Timestamp) -> Decided<Ticket> {
        if self.is_over || !self.has_begun(now) {
            return Decided::AlreadyApplied;
        }
        Decided::applied(Self { is_over: true, ..self.clone() })
    }

    /// Whether lists show the ticket: it is on offer, its listing has not ended, and its show is
    /// not cancelled.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.is_on_offer() && !self.is_over && !self.is_cancelled()
    }

    /// Whether the ticket is offered, and its seller neither banned nor erased;
    /// a resale does not end.
    #[must_use]
    pub fn is_on_offer(&self) -> bool {
        let is_over = self.is_orphaned || self.is_ending;
        self.offer == Offer::Open && !self.stock.is_suspended && !is_over
    }

    /// Whether its show is cancelled.
    #[must_use]
    pub(crate) fn is_cancelled(&self) -> bool {
        self.show.as_ref().is_some_and(|show| show.status.is_cancelled())
    }

    /// The venue: that of its show, if any.
    #[must_use]
    pub fn venue(&self) -> Option<&Venue> {
        self.venue_of(&self.terms)
    }

    pub(super) fn venue_of<'t>(&'t self, terms: &'t Terms) -> Option<&'t Venue> {
        self.show.as_ref().map(|show| &show.venue).or(terms.venue.as_ref())
    }

    /// The start: that of its show, if any.
    #[must_use]
    pub fn starts_at(&self) -> Option<Timestamp> {
        self.starts_at_of(&self.terms)
    }

    pub(super) fn starts_at_of(&self, terms: &Terms) -> Option<Timestamp> {
        self.show.as_ref().map(|show| show.starts_at).or(terms.starts_at)
    }

    /// Whether the ticket is listed and its listing ends with the start.
    #[must_use]
    pub(crate) fn ends_listing(&self) -> bool {
        self.is_listed() && self.starts_at().is_some() && !self.terms.late_sales
    }

    /// Whether sales have ended with the start.
    #[must_use]
    pub(crate) fn has_begun(&self, now: Timestamp) -> bool {
        sales_ended(self.starts_at(), self.terms.late_sales, now)
    }

    /// Units available at `now` by the copy of the stock; orders decides.
    #[must_use]
    pub fn available(&self, now: Timestamp) -> u32 {
        let is_on_sale = !self.has_begun(now) && !self.stock.is_suspended && !self.is_cancelled();
        match self.offer {
            Offer::Open if is_on_sale => self.left(),
            Offer::Open | Offer::Withdrawn | Offer::TakenDown => 0,
        }
    }

    /// Units neither held nor sold.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.terms.quantity.get().saturating_sub(self.stock.committed())
    }

    /// The order that holds or bought the only unit, if the quantity is 1.
    #[must_use]
    pub fn holder(&self) -> Option<OrderId> {
        let is_single = self.terms.quantity.get() == 1 && self.stock.committed() > 0;
        self.stock.holder.filter(|_| is_single)
    }
}
