//! A request of a person to all services: an export, or an erasure that is checked before it is made.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contract::part::{self, Made, Obstacle, PartState};
use contract::person::{PersonRequestState, Wish};
use contract::{Id, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::user::User;

/// How long a request waits for all parts. An erasure is made within this time or not at all, so that it rests on what was so a
/// moment ago.
pub const PARTS_WAIT_MAX: Duration = Duration::from_secs(10);

/// Age up to which an export that was not complete within [`PARTS_WAIT_MAX`] is shown to later requests in place of a new one.
pub const LATE_EXPORT_SHOWN: Duration = Duration::from_mins(1);

/// How long the parts of a request are stored: they are personal data themselves.
pub const PARTS_KEPT: Duration = Duration::from_hours(1);

const EXPORT: &str = "export";
const ERASURE: &str = "erasure";

/// The last request of one kind of a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonRequest {
    /// Its id.
    pub id: Id,
    /// The account.
    pub user_id: UserId,
    /// 1 when made; 2 once an erasure is made.
    pub version: u64,
    /// What every service is to do.
    pub wish: Wish,
    /// The account's epoch then. An erasure of a later epoch is not made: the password was changed, the account was banned, or the
    /// owner ended every session.
    #[serde(default)]
    pub epoch: u64,
    /// When it was made.
    pub requested_at: Timestamp,
    /// When the last part arrived, if all have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    /// What the services have done for this version.
    pub parts: BTreeMap<String, Made>,
    /// When it is forgotten. An erasure that was made is not: a service that is restored from a backup has to repeat it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forget_after: Option<Timestamp>,
}

impl PersonRequest {
    /// The kinds of requests.
    pub const KINDS: [&'static str; 2] = [EXPORT, ERASURE];

    /// Makes a request.
    #[must_use]
    pub fn ask(id: Id, user: &User, wish: Wish, now: Timestamp) -> Self {
        Self {
            id,
            user_id: user.id,
            version: 1,
            wish,
            epoch: user.epoch,
            requested_at: now,
            completed_at: None,
            parts: BTreeMap::new(),
            forget_after: Some(now.plus(PARTS_KEPT)),
        }
    }

    /// The id under which the last request with this wish is stored.
    #[must_use]
    pub fn stored_as(user_id: UserId, wish: Wish) -> String {
        format!("{user_id}.{}", kind(wish))
    }

    /// Whether a request at `now` joins this one: a repeat of an erasure joins the check that is under way. A later export is newer; but
    /// one that came too late for its client is shown to the repeat.
    #[must_use]
    pub fn is_joined(&self, wish: Wish, epoch: u64, now: Timestamp) -> bool {
        let age = now.since(self.requested_at);
        let completed_at = self.completed_at.unwrap_or(now);
        let is_late = completed_at.since(self.requested_at) >= PARTS_WAIT_MAX;
        (self.wish, self.epoch) == (wish, epoch)
            && match wish {
                Wish::Export => is_late && age < LATE_EXPORT_SHOWN,
                Wish::CheckErasure { .. } => self.completed_at.is_none() && !is_late,
                Wish::Erase => false,
            }
    }

    /// Adds a part; `None` when it is of another version or request, or known.
    #[must_use]
    pub fn take(&self, service: &str, part: &PartState, now: Timestamp) -> Option<Self> {
        let is_of_this = (part.request, part.request_version) == (self.id, self.version);
        if !is_of_this || self.parts.contains_key(service) {
            return None;
        }
        let mut taken = self.clone();
        taken.parts.insert(service.to_owned(), part.made.clone());
        taken.completed_at = taken.missing().is_empty().then_some(now);
        Some(taken)
    }

    /// The services whose part is missing.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        part::services().filter(|service| !self.parts.contains_key(*service)).collect()
    }

    /// What prevents the erasure, as far as services have checked.
    #[must_use]
    pub fn obstacles(&self) -> BTreeSet<Obstacle> {
        let found = self.parts.values().flat_map(|made| match made {
            Made::Check { obstacles } => obstacles.as_slice(),
            Made::Export { .. } | Made::Erasure => &[],
        });
        found.copied().collect()
    }

    /// Whether the erasure is to be made now: every service has checked it in time, and none has found an obstacle.
    #[must_use]
    pub fn may_erase(&self, now: Timestamp) -> bool {
        matches!(self.wish, Wish::CheckErasure { .. })
            && self.completed_at.is_some()
            && self.obstacles().is_empty()
            && now.since(self.requested_at) < PARTS_WAIT_MAX
    }

    /// Makes the erasure: every service has to erase.
    #[must_use]
    pub fn erase(&self) -> Self {
        Self {
            version: self.version + 1,
            wish: Wish::Erase,
            completed_at: None,
            parts: BTreeMap::new(),
            forget_after: None,
            ..self.clone()
        }
    }

    /// The kind of a request that lacks parts. A check of an erasure that came too late for its client is none: nothing follows from it.
    #[must_use]
    pub fn unfinished(&self) -> Option<&'static str> {
        let is_check = matches!(self.wish, Wish::CheckErasure { .. });
        (self.completed_at.is_none() && !is_check).then_some(kind(self.wish))
    }

    /// Whether the person is erased here, and is being erased elsewhere.
    #[must_use]
    pub fn is_erasure(&self) -> bool {
        self.wish == Wish::Erase
    }

    /// What services learn of it.
    #[must_use]
    pub fn state(&self) -> PersonRequestState {
        let Self { id, user_id, version, wish, .. } = *self;
        PersonRequestState { id, version, user_id, wish }
    }
}

fn kind(wish: Wish) -> &'static str {
    match wish {
        Wish::Export => EXPORT,
        Wish::CheckErasure { .. } | Wish::Erase => ERASURE,
    }
}
