//! The order of publication: the messages of each aggregate that one store committed enter the bus
//! in the order of its versions.
//!
//! Replicas that share a store publish independently, so the rule then holds for the messages of
//! each committer.

use std::collections::{BTreeMap, BTreeSet};

use contract::Id;
use contract::envelope::ReceivedEvent;

use crate::operation::Deployment;

/// The published version of each aggregate.
#[derive(Default)]
pub(super) struct Publication {
    deployment: Option<Deployment>,
    /// Ids of published messages; later copies are ignored.
    seen: BTreeSet<String>,
    /// The last version of each aggregate; with replicas, of each committer's messages.
    last: BTreeMap<(Option<Id>, String), u64>,
}

impl Publication {
    pub(super) fn new(deployment: Deployment) -> Self {
        Self { deployment: Some(deployment), ..Self::default() }
    }

    /// Checks a message that entered the bus and that this committer committed; returns a
    /// violation.
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
