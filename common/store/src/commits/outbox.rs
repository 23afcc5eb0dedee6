//! Committed messages to be published.

use std::sync::Arc;

use sources::Clock;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::commits::committer::Item;
use crate::engines::batch::OutboxEntry;
use crate::engines::engine::Backend;
use crate::error::Unavailable;

/// The outbox of a store, for the relay.
#[derive(Clone)]
pub struct Outbox {
    pub(crate) engine: Backend,
    pub(crate) queue: mpsc::Sender<Item>,
    pub(crate) changed: Arc<Notify>,
    pub(crate) clock: Clock,
}

impl Outbox {
    /// The oldest entries, in the order of their commits. Where several replicas share the store,
    /// these are the replica's own entries, or, without any, those that another replica left
    /// unpublished for two seconds.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not respond.
    pub async fn read(&self, limit: usize) -> Result<Vec<OutboxEntry>, Unavailable> {
        self.engine.read_outbox(limit, self.clock.now()).await
    }

    /// The number of entries of all replicas; on MongoDB an estimate while entries are added and
    /// removed.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not respond.
    pub async fn count(&self) -> Result<u64, Unavailable> {
        self.engine.count_outbox().await
    }

    /// Removes entries that the bus has acknowledged. The removal is part of the next batch, so it
    /// needs no commit of its own while the store is in use.
    ///
    /// # Errors
    /// [`Unavailable`] when the removal was not committed; the entries will be read again.
    pub async fn remove(&self, entries: &[OutboxEntry]) -> Result<(), Unavailable> {
        let (reply, removed) = oneshot::channel();
        let sequences = entries.iter().map(|entry| entry.sequence).collect();
        let item = Item::Published { sequences, reply };
        let closed = || Unavailable::new("cannot remove outbox entries: the store is closed");
        self.queue.send(item).await.map_err(|_| closed())?;
        removed.await.map_err(|_| closed())?
    }

    /// Returns when a commit has added entries since the last call.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}
