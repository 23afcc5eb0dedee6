//! Publishing the present states of a service's documents again, through its outbox, so that copies elsewhere are repaired.
//! Messages carry the version the state has, so a copy that is healthy ignores them.

use bus::Relay;
use contract::{Outgoing, Timestamp};
use sources::Clock;
use store::{Document, Failure, Never, Stop, Store, Unavailable};

/// Documents of one commit: its messages make an envelope of some 100 KiB at the most, and the service's own commits that
/// touch one of them are decided again at worst once.
const PAGE: u32 = 100;

/// Publishes documents of one store. Its own relay moves them on, so that the outbox stays short.
pub struct Republishing {
    store: Store,
    relay: Relay,
    clock: Clock,
}

impl Republishing {
    /// Publishes what is in `store`, by `relay`.
    #[must_use]
    pub fn new(store: Store, relay: Relay, clock: Clock) -> Self {
        Self { store, relay, clock }
    }

    /// The store of these documents.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Publishes what `message` makes of every document of a kind, page by page; answers how many messages.
    ///
    /// # Errors
    /// [`Unavailable`] when the store or the bus does not answer; doing it again does no harm.
    pub async fn all<D: Document>(
        &self,
        message: impl Fn(&D) -> Option<Outgoing> + Clone + Send + 'static,
    ) -> Result<u64, Unavailable> {
        let mut published = 0;
        let mut pages = self.store.pages::<D>(PAGE);
        while let Some(page) = pages.next().await? {
            let ids: Vec<String> = page.iter().map(Document::document_id).collect();
            let message = message.clone();
            // Read again by the decision, so that only what is committed as it stands is published.
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

    /// Stores every document of a kind again, page by page, so that the fields it is searched by are computed anew.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer; doing it again does no harm.
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

    /// Moves on what is in the outbox.
    ///
    /// # Errors
    /// [`Unavailable`] when the store or the bus does not answer.
    pub async fn relay_all(&self) -> Result<(), Unavailable> {
        while self.relay.run_once().await? > 0 {}
        Ok(())
    }
}
