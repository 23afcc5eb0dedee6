//! Retention: deletes documents of one kind after a period, page by page.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use sources::Clock;
use store::{Document, Key, Never, Query, Stop, Store, Unavailable};

use crate::background::loops::Loop;

/// Documents deleted in one step.
const PAGE: u32 = 500;

/// Wait between two rounds.
const PERIOD: Duration = Duration::from_mins(1);

/// The retention of one collection.
pub struct Retention<D> {
    store: Store,
    clock: Clock,
    index: &'static str,
    kept: Duration,
    documents: PhantomData<fn() -> D>,
}

impl<D> Clone for Retention<D> {
    fn clone(&self) -> Self {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        Self { store, clock, documents: PhantomData, ..*self }
    }
}

impl<D: Document> Retention<D> {
    /// Deletes documents once the time that `index` sorts by is `kept` in the past.
    #[must_use]
    pub fn new(store: Store, clock: Clock, index: &'static str, kept: Duration) -> Self {
        Self { store, clock, index, kept, documents: PhantomData }
    }

    /// The loop of the retention of `D` in a store.
    #[must_use]
    pub fn forgetting(
        name: impl Into<Arc<str>>,
        (store, clock): (&Store, &Clock),
        (index, kept): (&'static str, Duration),
    ) -> Loop {
        crate::steps!(name, Self::new(store.clone(), clock.clone(), index, kept))
    }

    /// Deletes one page of documents; returns their number.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not respond.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let newest = Key::from(self.clock.now().minus(self.kept));
        let old = Query::on(self.index).to(newest.clone()).limit(PAGE);
        let old: Vec<D> = self.store.query(old).await?;
        if old.is_empty() {
            return Ok(0);
        }
        let ids: Vec<String> = old.iter().map(Document::document_id).collect();
        let sort_field = D::COLLECTION.index(self.index).map_or("", store::Index::sort_field);
        let forgotten = self.store.transact(move |tx| {
            // A document that was renewed since the query is kept.
            let mut found = tx.get_all::<D>(&ids)?;
            found.retain(|document| {
                document.as_ref().is_some_and(|document| document.key(sort_field) <= newest)
            });
            for document in found.iter().flatten() {
                tx.delete::<D>(document.document_id());
            }
            Ok::<_, Stop<Never>>(found.len())
        });
        let cannot = format!("cannot delete old {}", D::COLLECTION.name);
        forgotten.await.map_err(|error| Unavailable::caused_by(cannot, error))
    }

    /// Returns when the next round is due.
    pub async fn wait(&self) {
        self.clock.sleep(PERIOD).await;
    }
}
