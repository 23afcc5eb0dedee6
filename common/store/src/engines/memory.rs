//! The engine of tests and simulation: memory that outlives a store but not the process, with the
//! faults of a real engine.
//!
//! Every operation yields, so that other tasks run between a load and a commit; on demand it fails,
//! or times out with or without effect. Clones share the contents: opening a new store on a clone
//! is a restart.

mod contents;
mod faults;

use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

pub use faults::{Fault, Faults, HANGS_FOR, LastingFault, Operation};

use crate::collection::Collection;
use crate::engines::batch::{
    Batch, CommitError, Marker, ORPHANED_AFTER, OutboxEntry, StoredDocument, View,
};
use crate::error::Unavailable;
use crate::reads::query::{Candidate, Query};
use contents::Contents;
use contract::Timestamp;

/// The memory engine. Clones share its contents and its faults.
#[derive(derive_more::Debug, Clone, Default)]
#[must_use]
pub struct MemoryEngine {
    contents: Arc<Mutex<Contents>>,
    faults: Faults,
    is_shared: bool,
    /// The replica that writes through this handle.
    writer: u64,
    #[debug(skip)]
    watcher: Option<Watcher>,
}

/// A callback for every committed batch.
type Watcher = Arc<dyn Fn(&Batch) + Send + Sync>;

impl MemoryEngine {
    /// An empty engine that several stores use at once.
    pub fn shared() -> Self {
        Self { is_shared: true, ..Self::default() }
    }

    /// The same engine with a callback for every batch, at the moment of its commit.
    pub fn watched(self, watcher: impl Fn(&Batch) + Send + Sync + 'static) -> Self {
        Self { watcher: Some(Arc::new(watcher)), ..self }
    }

    /// The same engine for another replica. On a shared engine each replica publishes its own
    /// messages, and those of others only when they are old, as on MongoDB.
    pub fn replica(&self) -> Self {
        let writer = self.contents.lock().next_writer();
        Self { writer, ..self.clone() }
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// The faults of this engine.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.faults.clone()
    }

    pub(crate) async fn prepare(
        &self,
        collections: &[&'static Collection],
    ) -> Result<(), Unavailable> {
        self.contents(Operation::Prepare).await?.declare(collections);
        Ok(())
    }

    /// Where other processes write too, a view is a copy of the contents, made for its first load.
    pub(crate) async fn load(
        &self,
        view: Option<&mut View>,
        collection: &'static Collection,
        ids: &[&str],
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        let contents = self.contents(Operation::Load).await?;
        let Some(view) = view.filter(|_| self.is_shared) else {
            return contents.load(collection, ids);
        };
        let snapshot = view.take::<Contents>();
        let snapshot = snapshot.unwrap_or_else(|| Box::new(contents.clone()));
        let found = snapshot.load(collection, ids);
        view.keep(snapshot);
        found
    }

    pub(crate) async fn query(
        &self,
        collection: &'static Collection,
        query: &Query,
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        self.contents(Operation::Query).await?.query(collection, query)
    }

    pub(crate) async fn candidates(
        &self,
        collection: &'static Collection,
        query: &Query,
        field: &'static str,
    ) -> Result<Vec<Candidate>, Unavailable> {
        self.contents(Operation::Query).await?.candidates(collection, query, field)
    }

    pub(crate) async fn scan(
        &self,
        collection: &'static Collection,
        after: &str,
        limit: u32,
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        self.contents(Operation::Query).await?.scan(collection, after, limit)
    }

    pub(crate) async fn commit(&self, batch: &Batch) -> Result<(), CommitError> {
        self.faults.pause(Operation::Commit).await;
        match self.faults.next(Operation::Commit) {
            None => self.commit_now(batch),
            Some(Fault::Fail) => Err(CommitError::Failed(failure(Operation::Commit))),
            Some(Fault::TimeOutBefore) => Err(CommitError::Unknown(failure(Operation::Commit))),
            Some(Fault::TimeOutAfter) => {
                self.commit_now(batch)?;
                Err(CommitError::Unknown(failure(Operation::Commit)))
            }
        }
    }

    fn commit_now(&self, batch: &Batch) -> Result<(), CommitError> {
        if self.faults.is_locked(batch) {
            // Like MongoDB, without naming the document.
            return Err(CommitError::Conflict);
        }
        self.contents.lock().commit(batch, self.writer)?;
        if let Some(watcher) = &self.watcher {
            watcher(batch);
        }
        Ok(())
    }

    pub(crate) async fn was_committed(&self, marker: Marker) -> Result<bool, Unavailable> {
        Ok(self.contents(Operation::ResolveOutcome).await?.was_committed(marker))
    }

    pub(crate) async fn read_outbox(
        &self,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<OutboxEntry>, Unavailable> {
        let contents = self.contents(Operation::ReadOutbox).await?;
        if !self.is_shared {
            return Ok(contents.outbox(limit, |_, _| true));
        }
        let own = contents.outbox(limit, |writer, _| writer == self.writer);
        if !own.is_empty() {
            return Ok(own);
        }
        let orphaned_before = now.minus(ORPHANED_AFTER);
        Ok(contents.outbox(limit, |_, entry| entry.committed_at < orphaned_before))
    }

    pub(crate) async fn count_outbox(&self) -> Result<u64, Unavailable> {
        Ok(self.contents(Operation::ReadOutbox).await?.outbox_length())
    }

    /// The contents for an operation other than a commit, unless it has a fault.
    async fn contents(
        &self,
        operation: Operation,
    ) -> Result<MutexGuard<'_, Contents>, Unavailable> {
        self.faults.pause(operation).await;
        match self.faults.next(operation) {
            None => Ok(self.contents.lock()),
            Some(Fault::Fail | Fault::TimeOutBefore | Fault::TimeOutAfter) => {
                Err(failure(operation))
            }
        }
    }
}

fn failure(operation: Operation) -> Unavailable {
    Unavailable::new(format!("cannot {operation}: a planned fault"))
}
