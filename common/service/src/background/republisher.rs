//! Republisher: a service publishes the current states of its documents again, through its outbox,
//! to repair copies elsewhere. Up-to-date copies ignore them, because of their versions.

use bus::Relay;
use contract::{Outgoing, Timestamp};
use sources::Clock;
use store::{Document, Failure, Never, Stop, Store, Unavailable};

/// Documents in one commit: its messages form an envelope of some 100 KiB at most, and the
/// service's own commits that touch one of them are decided again once at worst.
const PAGE: u32 = 100;

/// Republishes documents of one store, through its own relay, so that the outbox stays short.
pub struct Republisher {
    /// The store of the documents.
    pub store: Store,
    relay: Relay,
    clock: Clock,
}

impl Republisher {
    /// Republishes the documents of `store` through `relay`.
    #[must_use]
    pub fn new(store: Store, relay: Relay, clock: Clock) -> Self {
        Self { store, relay, clock }
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Publishes the `message` of every document of a kind, page by page; returns their number.
    ///
    /// # Errors
    /// [`Unavailable`] when the store or the bus does not respond; repeating it is harmless.
    pub async fn all<D: Document>(
        &self,
        message: impl Fn(&D) -> Option<Outgoing> + Clone + Send + 'static,
    ) -> Result<u64, Unavailable> {
        let mut published = 0;
        let mut pages = self.store.pages::<D>(PAGE);
        while let Some(page) = pages.next().await? {
            let ids: Vec<String> = page.iter().map(Document::document_id).collect();
            let message = message.clone();
            // The decision reads it again, so that only the committed state is published.
            let publishing = self.store.transact(move |tx| {
                let found = tx.get_all::<D>(&ids)?;
                let outgoing: Vec<Outgoing> = found.iter().flatten().filter_map(&message).collect();
                let count = outgoing.len();
                for message in outgoing {
                    tx.publish(message);
                }
                Ok::<_, Stop<Never>>(count)
            });
            let count = publishing.await.map_err(|failure: Failure<Never>| {
                Unavailable::caused_by(format!("cannot publish {}", D::COLLECTION.name), failure)
            })?;
            published += u64::try_from(count).unwrap_or(u64::MAX);
            self.relay_all().await?;
        }
        Ok(published)
    }

    /// Stores all documents of a kind again, page by page: index and search fields are recomputed.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not respond; repeating it is harmless.
    pub async fn rekey_all<D: Document>(&self) -> Result<(), Unavailable> {
        let mut pages = self.store.pages::<D>(PAGE);
        while let Some(page) = pages.next().await? {
            let ids: Vec<String> = page.iter().map(Document::document_id).collect();
            let saving = self.store.transact(move |tx| {
                for found in tx.get_all::<D>(&ids)?.into_iter().flatten() {
                    tx.save(found);
                }
                Ok::<_, Stop<Never>>(())
            });
            saving.await.map_err(|failure: Failure<Never>| {
                Unavailable::caused_by(format!("cannot store {}", D::COLLECTION.name), failure)
            })?;
        }
        Ok(())
    }

    /// Publishes the outbox.
    ///
    /// # Errors
    /// [`Unavailable`] when the store or the bus does not respond.
    pub async fn relay_all(&self) -> Result<(), Unavailable> {
        while self.relay.run_once().await? > 0 {}
        Ok(())
    }
}
