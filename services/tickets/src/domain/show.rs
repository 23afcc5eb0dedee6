//! A show at a venue and time. Its tickets are its price categories.
//!
//! A change is a [`ShowRevision`], which orders decides against the inventories of all its tickets:
//! it takes effect once orders has accepted it, and is dropped if orders refuses it.

mod details;
mod refunds;
mod requests;
mod tickets;

use contract::show::{ShowState, ShowStatus};
use contract::show_refunds::ShowRefundsState;
use contract::show_revision::ShowRevisionState;
use contract::show_terms::{ShowRevisionOutcome, ShowTermsState};
use contract::{Currency, Decided, ImageId, ShowId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::refusal::{IN_FUTURE, Refusal};
use super::requested::Requested;
use super::show_copy::ShowCopy;

pub use details::{Address, Details, Place, Remainder, TimeZone};
pub use refunds::Refunds;
pub use requests::{Postponement, REFUND_PERIOD_MIN};
pub use tickets::SHOW_TICKETS_MAX;

/// Number of stored outcomes. A request reads the outcome of its revision within seconds, and
/// revisions are decided one at a time.
const OUTCOMES_KEPT: usize = 8;

/// A show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Show {
    /// Id of the show.
    pub id: ShowId,
    /// 1 when created, plus one for every accepted revision.
    pub version: u64,
    /// The seller.
    pub seller: UserId,
    /// Texts, place and times.
    #[serde(flatten)]
    pub details: Details,
    /// Whether it takes place.
    #[serde(flatten)]
    pub status: ShowStatus,
    /// The image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageId>,
    /// Its tickets, in order of creation; at most [`SHOW_TICKETS_MAX`].
    pub tickets: Vec<TicketId>,
    /// Of these, the tickets that are open and whose seller is not banned.
    pub on_offer: Vec<TicketId>,
    /// The currency of its tickets, from the first ticket on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The pending revision; at most one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<ShowRevision>,
    /// Number of requested revisions.
    pub revisions: u64,
    /// Outcomes of the newest `OUTCOMES_KEPT` decided revisions, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<DecidedShowRevision>,
    /// Copy of its refunds, which payments publishes.
    #[serde(default)]
    pub refunds: Refunds,
    /// The remaining texts, if the account of the seller is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orphaned: Option<Remainder>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A requested change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowRevision {
    /// Number of the revision, from 1.
    pub number: u64,
    /// The requested texts, place and times.
    #[serde(flatten)]
    pub details: Details,
    /// The requested status.
    #[serde(flatten)]
    pub status: ShowStatus,
    /// The requested image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageId>,
}

/// A revision and its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DecidedShowRevision {
    /// Number of the revision.
    pub number: u64,
    /// Its outcome.
    pub outcome: ShowRevisionOutcome,
}

impl Show {
    /// Creates a show without tickets.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for a start in the past, or doors that open after it.
    pub fn create(
        id: ShowId,
        seller: UserId,
        details: Details,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        if details.starts_at <= now {
            return Err(Refusal::Invalid { field: "startsAt", rule: IN_FUTURE });
        }
        details.check()?;
        Ok(Self {
            id,
            version: 1,
            seller,
            details,
            status: ShowStatus::Scheduled,
            image: None,
            tickets: Vec::new(),
            on_offer: Vec::new(),
            currency: None,
            revision: None,
            revisions: 0,
            outcomes: Vec::new(),
            refunds: Refunds::default(),
            orphaned: None,
            created_at: now,
        })
    }

    /// Follows the decision on a revision. An accepted revision takes effect. In a restored store
    /// the pending revision may have a smaller number than the decided one: it is dropped, and the
    /// next one has a number that orders has not decided.
    pub fn follow(&self, terms: &ShowTermsState) -> Decided<Self> {
        if self.outcomes.last().is_some_and(|last| last.number >= terms.number) {
            return Decided::AlreadyApplied;
        }
        let mut followed = self.clone();
        let ShowTermsState { show_id: _, number, outcome } = *terms;
        followed.outcomes.push(DecidedShowRevision { number, outcome });
        let surplus = followed.outcomes.len().saturating_sub(OUTCOMES_KEPT);
        followed.outcomes.drain(..surplus);
        followed.revisions = followed.revisions.max(number);
        let pending = followed.revision.take_if(|own| own.number <= number);
        if let Some(revision) = pending.filter(|own| own.number == number) {
            match outcome {
                ShowRevisionOutcome::Accepted => followed = followed.revised(revision),
                // Units are held or sold: orders keeps the title and the place.
                ShowRevisionOutcome::Reserved => {
                    let is_orphaned = followed.orphaned.is_some();
                    followed.orphaned = is_orphaned.then_some(Remainder::TitleAndPlace);
                }
            }
        }
        Decided::applied(followed.erase_texts())
    }

    fn revised(self, revision: ShowRevision) -> Self {
        let ShowRevision { number: _, details, status, image } = revision;
        Self { version: self.version + 1, details, status, image, ..self }
    }

    /// Copies the refunds.
    pub fn follow_refunds(&self, refunds: &ShowRefundsState) -> Decided<Self> {
        if refunds.version <= self.refunds.version {
            return Decided::AlreadyApplied;
        }
        Decided::applied(Self { refunds: refunds.into(), ..self.clone() })
    }

    /// Requests the removal of the seller's texts and of the image.
    pub fn erase_seller(&self, remainder: Remainder) -> Decided<Self> {
        if self.orphaned.is_some() {
            return Decided::AlreadyApplied;
        }
        let orphaned = Self { orphaned: Some(remainder), ..self.clone() };
        Decided::applied(orphaned.erase_texts())
    }

    /// Requests the removal of the texts of an erased seller, unless a revision is pending: its
    /// decision requests it again.
    fn erase_texts(self) -> Self {
        let Some(remainder) = self.orphaned else { return self };
        match self.request(self.details.erased(remainder), self.status, None) {
            Requested::Revision(requested) => *requested,
            Requested::Unchanged | Requested::Joined(_) | Requested::Behind(_) => self,
        }
    }

    /// Outcome of a revision: `None` while pending, a version conflict once the outcome is no
    /// longer stored.
    #[must_use]
    pub fn outcome_of(&self, number: u64) -> Option<Result<(), Refusal>> {
        self.outcomes.last().filter(|last| last.number >= number)?;
        let found = self.outcomes.iter().find(|decided| decided.number == number);
        Some(match found.map(|decided| decided.outcome) {
            None => Err(Refusal::VersionConflict { version: self.version }),
            Some(ShowRevisionOutcome::Accepted) => Ok(()),
            Some(ShowRevisionOutcome::Reserved) => Err(Refusal::ShowReserved),
        })
    }

    /// Whether it is cancelled, and its refunds are not counted yet or not ended.
    #[must_use]
    pub fn is_to_be_refunded(&self) -> bool {
        self.status.is_cancelled() && (!self.refunds.is_counted || self.refunds.owed > 0)
    }

    /// Whether lists show it: it is not cancelled, and a ticket is on offer. The list of coming
    /// shows begins at the present time.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        !self.status.is_cancelled() && !self.on_offer.is_empty()
    }

    /// Published state.
    #[must_use]
    pub fn state(&self) -> ShowState {
        self.state_with(self.version, &self.details, self.status, self.image)
    }

    /// The pending revision, as published.
    #[must_use]
    pub fn revision_state(&self) -> Option<ShowRevisionState> {
        let ShowRevision { number, details, status, image } = self.revision.as_ref()?;
        let show = self.state_with(self.version + 1, details, *status, *image);
        let moves = show.moves_from(&self.state());
        Some(ShowRevisionState { number: *number, show, moves })
    }

    fn state_with(
        &self,
        version: u64,
        details: &Details,
        status: ShowStatus,
        image: Option<ImageId>,
    ) -> ShowState {
        ShowState {
            id: self.id,
            version,
            seller: self.seller,
            title: details.title.as_str().to_owned(),
            description: details.description.as_ref().map(|text| text.as_str().to_owned()),
            venue: details.venue.state(),
            doors_at: details.doors_at,
            starts_at: details.starts_at,
            status,
            image,
            created_at: self.created_at,
        }
    }
}

impl From<&Show> for ShowCopy {
    fn from(show: &Show) -> Self {
        Self {
            id: show.id,
            version: show.version,
            status: show.status,
            venue: show.details.venue.name.clone(),
            starts_at: show.details.starts_at,
        }
    }
}
