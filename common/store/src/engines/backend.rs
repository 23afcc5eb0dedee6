//! An engine and its outages: every operation of a store goes through this type, so that one place
//! tracks whether the engine works.

use contract::Timestamp;

use crate::collection::Collection;
use crate::engines::batch::OutboxEntry;
use crate::engines::batch::{Batch, CommitError, Marker, StoredDocument};
use crate::engines::engine::{Engine, View};
use crate::engines::outage::{Access, Outage};
use crate::error::Unavailable;
use crate::reads::query::Query;
use crate::reads::search::Candidate;

/// An engine whose failures are recorded. Clones share both.
#[derive(Clone)]
pub(crate) struct Backend {
    pub(crate) engine: Engine,
    pub(crate) outage: Outage,
}

impl Backend {
    pub(crate) fn is_shared(&self) -> bool {
        self.engine.is_shared()
    }

    pub(crate) async fn load(
        &self,
        collection: &'static Collection,
        ids: &[&str],
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        self.outage.observe(Access::Read, self.engine.load(collection, ids).await)
    }

    pub(crate) async fn load_into(
        &self,
        view: &mut View,
        collection: &'static Collection,
        ids: &[&str],
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        self.outage.observe(Access::Read, self.engine.load_into(view, collection, ids).await)
    }

    pub(crate) async fn query(
        &self,
        collection: &'static Collection,
        query: &Query,
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        self.outage.observe(Access::Read, self.engine.query(collection, query).await)
    }

    pub(crate) async fn candidates(
        &self,
        collection: &'static Collection,
        query: &Query,
        field: &'static str,
    ) -> Result<Vec<Candidate>, Unavailable> {
        let candidates = self.engine.candidates(collection, query, field).await;
        self.outage.observe(Access::Read, candidates)
    }

    pub(crate) async fn scan(
        &self,
        collection: &'static Collection,
        after: &str,
        limit: u32,
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        self.outage.observe(Access::Read, self.engine.scan(collection, after, limit).await)
    }

    pub(crate) async fn read_outbox(
        &self,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<OutboxEntry>, Unavailable> {
        self.outage.observe(Access::Read, self.engine.read_outbox(limit, now).await)
    }

    pub(crate) async fn count_outbox(&self) -> Result<u64, Unavailable> {
        self.outage.observe(Access::Read, self.engine.count_outbox().await)
    }

    pub(crate) async fn was_committed(&self, marker: Marker) -> Result<bool, Unavailable> {
        self.outage.observe(Access::Write, self.engine.was_committed(marker).await)
    }

    pub(crate) async fn commit(&self, batch: &Batch, view: View) -> Result<(), CommitError> {
        match self.engine.commit(batch, view).await {
            Ok(()) => {
                self.outage.succeeded(Access::Write);
                Ok(())
            }
            Err(CommitError::Conflict(conflicts)) => {
                self.outage.succeeded(Access::Write);
                Err(CommitError::Conflict(conflicts))
            }
            Err(CommitError::Failed(error)) => {
                Err(CommitError::Failed(self.outage.failed(Access::Write, error)))
            }
            // Resolving the outcome shows whether it is an outage.
            Err(CommitError::Unknown(error)) => Err(CommitError::Unknown(error)),
        }
    }
}
