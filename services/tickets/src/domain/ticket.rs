//! A ticket: offered, revised, withdrawn, offered again.
//!
//! Orders decides on the stock and on the terms in force. A change by the seller is a [`Revision`]:
//! it takes effect once orders has accepted it, and is dropped if orders refuses it.

mod resale;
mod sale;

use contract::inventory::{DecidedRevision, InventoryState, RevisionOutcome};
use contract::revision::RevisionState;
use contract::ticket::{Offer, TicketResale, TicketState};
use contract::{Decided, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::requested::{Requested, Requester};
use super::show_copy::ShowCopy;
use super::stock::Stock;
use super::terms::Terms;

/// Number of stored outcomes before the last one. A request reads the outcome of its revision
/// within seconds, and revisions are decided one at a time.
const EARLIER_REVISIONS_KEPT: usize = 8;

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// Id of the ticket.
    pub id: TicketId,
    /// 1 when offered, plus one for every accepted revision. Changes of the stock do not count, so
    /// that a sale does not conflict with an edit.
    pub version: u64,
    /// The seller.
    pub seller: UserId,
    /// Description and terms.
    #[serde(flatten)]
    pub terms: Terms,
    /// Copy of the show that it is a price category of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show: Option<ShowCopy>,
    /// Whether the ticket can be ordered.
    pub offer: Offer,
    /// Copy of the stock, which orders publishes.
    pub stock: Stock,
    /// Time of the first offer.
    pub created_at: Timestamp,
    /// The pending revision; at most one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
    /// Number of requested revisions.
    #[serde(default)]
    pub revisions: u64,
    /// Outcomes of revisions before the last one, which the stock has; the newest
    /// `EARLIER_REVISIONS_KEPT`, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_revisions: Vec<DecidedRevision>,
    /// Whether the listing has ended because the event began. Used by the index only: sales end by
    /// the time itself.
    #[serde(default)]
    pub is_over: bool,
    /// Whether the account of the seller is erased. The ticket is not listed, and its withdrawal is
    /// requested as soon as orders can accept it.
    #[serde(default)]
    pub is_orphaned: bool,
    /// The admission that it sells again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resale: Option<TicketResale>,
    /// Whether its resale ends: its withdrawal is requested as soon as orders can accept it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_ending: bool,
}

/// A requested change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Number of the revision, from 1.
    pub number: u64,
    /// The requested description and terms.
    pub terms: Terms,
    /// The requested offer.
    pub offer: Offer,
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
        Ok(Self::offered(id, seller, terms, None, now))
    }

    pub(super) fn offered(
        id: TicketId,
        seller: UserId,
        terms: Terms,
        show: Option<ShowCopy>,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            version: 1,
            seller,
            terms,
            show,
            offer: Offer::Open,
            stock: Stock::default(),
            created_at: now,
            revision: None,
            revisions: 0,
            earlier_revisions: Vec::new(),
            is_over: false,
            is_orphaned: false,
            resale: None,
            is_ending: false,
        }
    }

    /// Requests new terms; a withdrawn ticket is offered again. `expected` is the version that the
    /// seller read, if given. An unchanged start may be in the past.
    ///
    /// # Errors
    /// [`Refusal::NotTheSeller`], [`Refusal::TakenDown`], [`Refusal::VersionConflict`],
    /// [`Refusal::SellerErased`], [`Refusal::Resale`], [`Refusal::BeginsInPast`]; for a ticket of a show,
    /// [`Refusal::ShowCancelled`], [`Refusal::OfTheShow`], [`Refusal::OtherCurrency`].
    pub fn edit(
        &self,
        requester: Requester,
        terms: Terms,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<Requested<Self>, Refusal> {
        let is_taken_down = self.offer == Offer::TakenDown;
        match requester {
            Requester::User(id) if id == self.seller && is_taken_down => {
                return Err(Refusal::TakenDown);
            }
            Requester::User(id) | Requester::Administrator(id) if id == self.seller => {}
            Requester::Administrator(_) if is_taken_down => {}
            Requester::User(_) | Requester::Administrator(_) => return Err(Refusal::NotTheSeller),
        }
        if expected.is_some_and(|expected| expected != self.version) {
            return Err(Refusal::VersionConflict { version: self.version });
        }
        if self.is_orphaned {
            return Err(Refusal::SellerErased);
        }
        self.check_first_sale()?;
        let is_new_time = terms.starts_at != self.terms.starts_at;
        if is_new_time && !terms.begin_after(now) {
            return Err(Refusal::BeginsInPast);
        }
        if let Some(show) = &self.show {
            if show.status.is_cancelled() {
                return Err(Refusal::ShowCancelled);
            }
            terms.check_of_a_show()?;
            let currency = self.terms.price.currency;
            if terms.price.currency != currency {
                return Err(Refusal::OtherCurrency { currency });
            }
        }
        Ok(self.request(terms, Offer::Open))
    }

    /// Requests the withdrawal; existing orders remain. A ticket that an administrator takes down
    /// cannot be offered again by its seller.
    ///
    /// # Errors
    /// [`Refusal::NotTheSeller`], [`Refusal::Resale`].
    pub fn withdraw(&self, requester: Requester) -> Result<Requested<Self>, Refusal> {
        let offer = match requester {
            Requester::User(id) if id != self.seller => return Err(Refusal::NotTheSeller),
            Requester::Administrator(id) if id != self.seller => Offer::TakenDown,
            Requester::User(_) | Requester::Administrator(_) => self.withdrawn(),
        };
        self.check_first_sale()?;
        Ok(self.request(self.terms.clone(), offer))
    }

    fn request(&self, terms: Terms, offer: Offer) -> Requested<Self> {
        match &self.revision {
            Some(pending) if (&pending.terms, pending.offer) == (&terms, offer) => {
                Requested::Joined(pending.number)
            }
            Some(pending) => Requested::Behind(pending.number),
            None if (&self.terms, self.offer) == (&terms, offer) => Requested::Unchanged,
            None => {
                let number = self.revisions + 1;
                let revision = Some(Revision { number, terms, offer });
                Requested::Revision(Box::new(Self { revision, revisions: number, ..self.clone() }))
            }
        }
    }

    /// Copies the inventory. An accepted revision takes effect.
    pub fn follow(&self, inventory: &InventoryState) -> Decided<Ticket> {
        if inventory.version <= self.stock.version {
            return Decided::AlreadyApplied;
        }
        let mut followed = Self { stock: Stock::from(inventory), ..self.clone() };
        if let Some(before) = self.stock.revision
            && inventory.revision != Some(before)
        {
            followed.earlier_revisions.push(before);
            let surplus = followed.earlier_revisions.len().saturating_sub(EARLIER_REVISIONS_KEPT);
            followed.earlier_revisions.drain(..surplus);
        }
        if let Some(decided) = inventory.revision
            && let Some(revision) = followed.revision.take_if(|own| own.number <= decided.number)
        {
            followed = match decided.outcome {
                RevisionOutcome::Accepted => followed.revised(revision),
                RevisionOutcome::Reserved | RevisionOutcome::BelowCommitted { .. } => followed,
            };
        }
        Decided::applied(followed.withdraw_ended())
    }

    /// Copies a changed show. A pending revision remains: orders applies the changes of the show to
    /// it, each of which is a version of the ticket there too.
    #[must_use]
    pub fn follow_show(&self, show: ShowCopy) -> Self {
        let (version, show) = (self.version + 1, Some(show));
        Self { version, show, is_over: false, ..self.clone() }
    }

    /// Replaces the seller's texts, and requests the withdrawal. The title and the venue of a sold
    /// ticket remain, because orders refer to them.
    pub fn erase_seller(&self) -> Decided<Ticket> {
        if self.is_orphaned {
            return Decided::AlreadyApplied;
        }
        let mut orphaned = Self { is_orphaned: true, ..self.clone() };
        orphaned.terms.description = None;
        Decided::applied(orphaned.withdraw_ended())
    }

    /// Requests the withdrawal of an orphaned ticket, or of a resale that ends, unless a revision is
    /// pending or the only unit is reserved: the next change of the inventory requests it again.
    fn withdraw_ended(self) -> Self {
        let terms = if !self.is_orphaned {
            self.terms.clone()
        } else if self.stock.committed() == 0 {
            self.terms.without_words()
        } else {
            Terms { description: None, ..self.terms.clone() }
        };
        let is_over = self.is_orphaned || self.is_ending;
        if !is_over || self.revision.is_some() || self.stock.holder.is_some() {
            return self;
        }
        match self.request(terms, self.withdrawn()) {
            Requested::Revision(requested) => *requested,
            Requested::Unchanged | Requested::Joined(_) | Requested::Behind(_) => self,
        }
    }

    /// Whether the seller has open sales: units are held, or sold for a future date.
    #[must_use]
    pub fn is_to_be_honoured(&self, now: Timestamp) -> bool {
        let is_to_come = self.starts_at().is_some_and(|starts_at| starts_at > now);
        self.stock.held > 0 || self.stock.sold > 0 && is_to_come && !self.is_cancelled()
    }

    fn revised(self, revision: Revision) -> Self {
        let Revision { number: _, terms, offer } = revision;
        Self { version: self.version + 1, terms, offer, is_over: false, ..self }
    }

    /// Outcome of a revision: `None` while pending, a version conflict once the outcome is no
    /// longer stored.
    #[must_use]
    pub fn outcome_of(&self, number: u64) -> Option<Result<(), Refusal>> {
        let last = self.stock.revision.filter(|last| last.number >= number)?;
        let decided = self.earlier_revisions.iter().copied().chain([last]);
        let found = decided.rev().find(|decided| decided.number == number);
        Some(match found.map(|decided| decided.outcome) {
            None => Err(Refusal::VersionConflict { version: self.version }),
            Some(RevisionOutcome::Accepted) => Ok(()),
            Some(RevisionOutcome::Reserved) => Err(Refusal::Reserved),
            Some(RevisionOutcome::BelowCommitted { committed }) => {
                Err(Refusal::BelowCommitted { committed })
            }
        })
    }

    /// Published state.
    #[must_use]
    pub fn state(&self) -> TicketState {
        self.state_with(self.version, &self.terms, self.offer)
    }

    /// The pending revision, as published.
    #[must_use]
    pub fn revision_state(&self) -> Option<RevisionState> {
        let Revision { number, terms, offer } = self.revision.as_ref()?;
        let ticket = self.state_with(self.version + 1, terms, *offer);
        Some(RevisionState { number: *number, ticket })
    }

    fn state_with(&self, version: u64, terms: &Terms, offer: Offer) -> TicketState {
        TicketState {
            id: self.id,
            version,
            seller: self.seller,
            title: terms.title.as_str().to_owned(),
            price: terms.price,
            quantity: terms.quantity.get(),
            offer,
            show: self.show.as_ref().map(ShowCopy::state),
            venue: self.venue_of(terms).map(|venue| venue.as_str().to_owned()),
            starts_at: self.starts_at_of(terms),
            late_sales: terms.late_sales,
            device_only: terms.device_only,
            created_at: self.created_at,
            description: terms.description.as_ref().map(|text| text.as_str().to_owned()),
            resale_cap: terms.resale_cap.percent(),
            resale: self.resale,
        }
    }

    /// The offer after a withdrawal by the seller: a ticket that was taken down remains so.
    fn withdrawn(&self) -> Offer {
        match self.offer {
            Offer::Open | Offer::Withdrawn => Offer::Withdrawn,
            Offer::TakenDown => Offer::TakenDown,
        }
    }
}
