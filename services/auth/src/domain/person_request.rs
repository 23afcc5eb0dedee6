//! Exports and erasures over all services. An erasure is checked by every service before it takes
//! effect.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contract::part::{self, Made, Obstacle, PartState};
use contract::person::{PersonAction, PersonRequestState};
use contract::{Id, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::user::User;

/// Maximum wait for all parts. An erasure takes effect within this time or not at all, so that its
/// checks are recent.
pub const PARTS_WAIT_MAX: Duration = Duration::from_secs(10);

/// Age up to which later requests receive an export that was late, instead of a new one.
pub const LATE_EXPORT_SHOWN: Duration = Duration::from_mins(1);

/// Retention of the parts of a request, which are personal data.
pub const PARTS_KEPT: Duration = Duration::from_hours(1);

const EXPORT: &str = "export";
const ERASURE: &str = "erasure";

/// Latest request of one kind of a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonRequest {
    /// Id of the request.
    pub id: Id,
    /// The account.
    pub user_id: UserId,
    /// 1 when requested; 2 once an erasure takes effect.
    pub version: u64,
    /// The work of every service.
    #[serde(rename = "wish")]
    pub action: PersonAction,
    /// Epoch of the account at the request. In a later epoch the erasure does not take effect: the
    /// password was changed, the account was banned, or the owner ended every session.
    #[serde(default)]
    pub epoch: u64,
    /// Time of the request.
    pub requested_at: Timestamp,
    /// Time of the last part, once complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    /// Parts of the services for this version.
    pub parts: BTreeMap<String, Made>,
    /// When the request is deleted. An effective erasure is kept: a service restored from a backup
    /// has to repeat it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forget_after: Option<Timestamp>,
}

impl PersonRequest {
    /// The kinds of requests.
    pub const KINDS: [&'static str; 2] = [EXPORT, ERASURE];

    /// Creates a request.
    #[must_use]
    pub fn ask(id: Id, user: &User, action: PersonAction, now: Timestamp) -> Self {
        Self {
            id,
            user_id: user.id,
            version: 1,
            action,
            epoch: user.epoch,
            requested_at: now,
            completed_at: None,
            parts: BTreeMap::new(),
            forget_after: Some(now.plus(PARTS_KEPT)),
        }
    }

    /// Document id of the latest request with this action.
    #[must_use]
    pub fn stored_as(user_id: UserId, action: PersonAction) -> String {
        format!("{user_id}.{}", kind(action))
    }

    /// Whether a request at `now` joins this one. A repeated erasure joins the check in progress. A
    /// later export is a new request, unless this one was late.
    #[must_use]
    pub(crate) fn is_joined(&self, action: PersonAction, epoch: u64, now: Timestamp) -> bool {
        let age = now.since(self.requested_at);
        let completed_at = self.completed_at.unwrap_or(now);
        let is_late = completed_at.since(self.requested_at) >= PARTS_WAIT_MAX;
        (self.action, self.epoch) == (action, epoch)
            && match action {
                PersonAction::Export => is_late && age < LATE_EXPORT_SHOWN,
                PersonAction::CheckErasure { .. } => self.completed_at.is_none() && !is_late,
                PersonAction::Erase => false,
            }
    }

    /// Adds a part; `None` if it is of another version or request, or already added.
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

    /// Services whose part is missing.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        part::services().filter(|service| !self.parts.contains_key(*service)).collect()
    }

    /// Obstacles of the erasure found so far.
    #[must_use]
    pub fn obstacles(&self) -> BTreeSet<Obstacle> {
        let found = self.parts.values().flat_map(|made| match made {
            Made::Check { obstacles } => obstacles.as_slice(),
            Made::Export { .. } | Made::Erasure => &[],
        });
        found.copied().collect()
    }

    /// Whether the erasure takes effect now: every service has checked in time, without an
    /// obstacle.
    #[must_use]
    pub(crate) fn may_erase(&self, now: Timestamp) -> bool {
        matches!(self.action, PersonAction::CheckErasure { .. })
            && self.completed_at.is_some()
            && self.obstacles().is_empty()
            && now.since(self.requested_at) < PARTS_WAIT_MAX
    }

    /// Puts the erasure into effect: every service has to erase.
    #[must_use]
    pub fn erase(&self) -> Self {
        Self {
            version: self.version + 1,
            action: PersonAction::Erase,
            completed_at: None,
            parts: BTreeMap::new(),
            forget_after: None,
            ..self.clone()
        }
    }

    /// Kind of an incomplete request. A late check of an erasure does not count, because it has no
    /// effect.
    #[must_use]
    pub fn unfinished(&self) -> Option<&'static str> {
        let is_check = matches!(self.action, PersonAction::CheckErasure { .. });
        (self.completed_at.is_none() && !is_check).then_some(kind(self.action))
    }

    /// Whether the erasure is in effect here, and in progress in other services.
    #[must_use]
    pub fn is_erasure(&self) -> bool {
        self.action == PersonAction::Erase
    }

    /// Published state.
    #[must_use]
    pub fn state(&self) -> PersonRequestState {
        let Self { id, user_id, version, action, .. } = *self;
        PersonRequestState { id, version, user_id, action }
    }
}

fn kind(action: PersonAction) -> &'static str {
    match action {
        PersonAction::Export => EXPORT,
        PersonAction::CheckErasure { .. } | PersonAction::Erase => ERASURE,
    }
}
