//! The order of publication: the messages of each aggregate that one store committed enter the bus in the order of its versions.
//!
//! Replicas that share a store publish on their own, so there the rule holds for the messages of each committer.

use std::collections::{BTreeMap, BTreeSet};

use contract::Id;
use contract::envelope::ReceivedEvent;

use crate::operation::Deployment;

/// Which aggregates were published, and how far.
#[derive(Default)]
pub(super) struct Publication {
    deployment: Option<Deployment>,
    /// Ids of messages, of which later copies do not count.
    seen: BTreeSet<String>,
    /// The last version of each aggregate, by the committer of its messages where that matters.
    last: BTreeMap<(Option<Id>, String), u64>,
}

impl Publication {
    pub(super) fn new(deployment: Deployment) -> Self {
        Self { deployment: Some(deployment), ..Self::default() }
    }

    /// A message entered the bus that this committer committed.
    pub(super) fn entered(&mut self, committer: Id, event: &ReceivedEvent<'_>) -> Option<String> {
        if !self.seen.insert(event.id.to_string()) {
            return None;
        }
        let (aggregate, _) = event.id.rsplit_once(':').expect("an id ends in a version");
        let committer = (self.deployment == Some(Deployment::Replicas)).then_some(committer);
        let last = self.last.entry((committer, aggregate.to_owned())).or_default();
        let before = std::mem::replace(last, event.version);
        (before >= event.version)
            .then(|| format!("{aggregate} is published at {}, after {before}", event.version))
    }
}
