//! Changes of a show by its seller or an administrator. Each is a revision, which orders decides.

use std::time::Duration;

use contract::show::ShowStatus;
use contract::{ImageId, Timestamp};

use super::{Details, Place, Show, ShowRevision};
use crate::domain::refusal::{
    BEFORE_RUNNING, IN_FUTURE, NOT_AFTER_START, NOT_EARLIER, REFUND_PERIOD, Refusal,
};
use crate::domain::requested::{Requested, Requester};

/// Shortest period in which buyers may ask for their money: a day, so that each can read about the
/// postponement.
pub const REFUND_PERIOD_MIN: Duration = Duration::from_hours(24);

/// New times of a show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postponement {
    /// The new start, in the future and not before the present one.
    pub starts_at: Timestamp,
    /// When the doors open.
    pub doors_at: Option<Timestamp>,
    /// Until this time payers may return units for their price.
    pub refunds_until: Timestamp,
    /// The new place; the present one by default.
    pub venue: Option<Place>,
}

impl Details {
    /// Checks the order of the times.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        match self.doors_at {
            Some(doors_at) if doors_at > self.starts_at => {
                Err(Refusal::Invalid { field: "doorsAt", rule: NOT_AFTER_START })
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Show {
    /// Requests new details; an unchanged start may be in the past. `expected` is the version that
    /// the seller read, if given.
    ///
    /// # Errors
    /// [`Refusal::NotTheSeller`], [`Refusal::ShowCancelled`], [`Refusal::SellerErased`],
    /// [`Refusal::VersionConflict`], [`Refusal::Invalid`].
    pub fn edit(
        &self,
        requester: Requester,
        details: Details,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<Requested<Self>, Refusal> {
        self.check_seller(requester)?;
        self.check_open()?;
        if expected.is_some_and(|expected| expected != self.version) {
            return Err(Refusal::VersionConflict { version: self.version });
        }
        if details.starts_at != self.details.starts_at && details.starts_at <= now {
            return Err(Refusal::Invalid { field: "startsAt", rule: IN_FUTURE });
        }
        details.check()?;
        Ok(self.request(details, self.status, self.image))
    }

    /// Requests another image, or none; administrators may remove any image.
    ///
    /// # Errors
    /// [`Refusal::NotTheSeller`], [`Refusal::ShowCancelled`], [`Refusal::SellerErased`].
    pub fn change_image(
        &self,
        requester: Requester,
        image: Option<ImageId>,
    ) -> Result<Requested<Self>, Refusal> {
        match image {
            Some(_) => self.check_seller(requester)?,
            None => self.check_seller_or_administrator(requester)?,
        }
        self.check_open()?;
        Ok(self.request(self.details.clone(), self.status, image))
    }

    /// Requests the cancellation. A cancelled show remains so; a repeat is accepted at any time.
    ///
    /// # Errors
    /// [`Refusal::NotTheSeller`], [`Refusal::ShowBegun`].
    pub fn cancel(&self, requester: Requester, now: Timestamp) -> Result<Requested<Self>, Refusal> {
        self.check_seller_or_administrator(requester)?;
        let change = self.request(self.details.clone(), ShowStatus::Cancelled, self.image);
        if change.is_new() {
            self.check_to_come(requester, now)?;
        }
        Ok(change)
    }

    /// Requests new times, and the right of buyers to return their units until a time.
    ///
    /// # Errors
    /// [`Refusal::NotTheSeller`], [`Refusal::ShowCancelled`], [`Refusal::SellerErased`],
    /// [`Refusal::ShowBegun`], [`Refusal::Invalid`].
    pub fn postpone(
        &self,
        requester: Requester,
        postponement: Postponement,
        now: Timestamp,
    ) -> Result<Requested<Self>, Refusal> {
        self.check_seller_or_administrator(requester)?;
        self.check_open()?;
        let Postponement { starts_at, doors_at, refunds_until, venue } = postponement;
        let venue = venue.unwrap_or_else(|| self.details.venue.clone());
        let details = Details { venue, doors_at, starts_at, ..self.details.clone() };
        let ordered = details.check();
        let status = ShowStatus::Postponed { refunds_until };
        let change = self.request(details, status, self.image);
        // A repeat is accepted at any time; its times were in the future.
        if change.is_new() {
            self.check_to_come(requester, now)?;
            ordered?;
            self.check_period(starts_at, refunds_until, now)?;
        }
        Ok(change)
    }

    /// Refuses a seller after the start: the house would bear the refunds of a show that took
    /// place and was paid out.
    fn check_to_come(&self, requester: Requester, now: Timestamp) -> Result<(), Refusal> {
        match requester {
            Requester::User(_) if self.details.starts_at <= now => Err(Refusal::ShowBegun),
            Requester::User(_) | Requester::Administrator(_) => Ok(()),
        }
    }

    /// Checks the new start and the end of the refund period.
    fn check_period(
        &self,
        starts_at: Timestamp,
        refunds_until: Timestamp,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if starts_at <= now {
            return Err(Refusal::Invalid { field: "startsAt", rule: IN_FUTURE });
        }
        // An earlier start would be a change of a sold show without time for refunds.
        if starts_at < self.details.starts_at {
            return Err(Refusal::Invalid { field: "startsAt", rule: NOT_EARLIER });
        }
        if refunds_until > starts_at {
            return Err(Refusal::Invalid { field: "refundsUntil", rule: NOT_AFTER_START });
        }
        if refunds_until < now.plus(REFUND_PERIOD_MIN).min(starts_at) {
            return Err(Refusal::Invalid { field: "refundsUntil", rule: REFUND_PERIOD });
        }
        match self.status {
            ShowStatus::Postponed { refunds_until: running }
                if running > now && refunds_until < running =>
            {
                Err(Refusal::Invalid { field: "refundsUntil", rule: BEFORE_RUNNING })
            }
            ShowStatus::Scheduled | ShowStatus::Postponed { .. } | ShowStatus::Cancelled => Ok(()),
        }
    }

    pub(super) fn request(
        &self,
        details: Details,
        status: ShowStatus,
        image: Option<ImageId>,
    ) -> Requested<Self> {
        let is_requested = |known: &Details, known_status, known_image| {
            (known, known_status, known_image) == (&details, status, image)
        };
        match &self.revision {
            Some(pending) if is_requested(&pending.details, pending.status, pending.image) => {
                Requested::Joined(pending.number)
            }
            Some(pending) => Requested::Behind(pending.number),
            None if is_requested(&self.details, self.status, self.image) => Requested::Unchanged,
            None => {
                let number = self.revisions + 1;
                let revision = Some(ShowRevision { number, details, status, image });
                Requested::Revision(Box::new(Self { revision, revisions: number, ..self.clone() }))
            }
        }
    }

    fn check_seller(&self, requester: Requester) -> Result<(), Refusal> {
        match requester {
            Requester::User(id) | Requester::Administrator(id) if id == self.seller => Ok(()),
            Requester::User(_) | Requester::Administrator(_) => Err(Refusal::NotTheSeller),
        }
    }

    fn check_seller_or_administrator(&self, requester: Requester) -> Result<(), Refusal> {
        match requester {
            Requester::Administrator(_) => Ok(()),
            Requester::User(id) if id == self.seller => Ok(()),
            Requester::User(_) => Err(Refusal::NotTheSeller),
        }
    }

    pub(super) const fn check_open(&self) -> Result<(), Refusal> {
        if self.status.is_cancelled() {
            return Err(Refusal::ShowCancelled);
        }
        match self.orphaned {
            Some(_) => Err(Refusal::SellerErased),
            None => Ok(()),
        }
    }
}
