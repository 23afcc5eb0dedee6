//! Retention: deletes documents of one kind after a period, page by page.

use std::sync::Arc;
use std::time::Duration;

use sources::Clock;
use store::{Document, Key, Never, Query, Stop, Store, Unavailable};

use crate::background::loops::Loop;

/// Documents deleted in one step.
const PAGE: u32 = 500;

/// Wait between two rounds.
const PERIOD: Duration = Duration::from_mins(1);

impl Loop {
    /// Deletes documents once the time that `index` sorts by is `kept` in the past.
    pub fn forgetting<D: Document>(
        name: impl Into<Arc<str>>,
        (store, clock): (&Store, &Clock),
        (index, kept): (&'static str, Duration),
    ) -> Self {
        let step = move |(store, clock): (Store, Clock)| async move {
            forget_once::<D>((&store, &clock), (index, kept)).await
        };
        Self::periodic(name, (PERIOD, clock.clone()), (store.clone(), clock.clone()), step)
    }
}

/// Deletes a page of documents whose time in the index is `kept` in the past; returns their number.
///
/// # Errors
/// [`Unavailable`] when the store does not respond.
pub async fn forget_once<D: Document>(
    (store, clock): (&Store, &Clock),
    (index, kept): (&'static str, Duration),
) -> Result<usize, Unavailable> {
    let newest = Key::from(clock.now().minus(kept));
    let old = Query::on(index).to(newest.clone()).limit(PAGE);
    let old: Vec<D> = store.query(old).await?;
    if old.is_empty() {
        return Ok(0);
    }
    let ids: Vec<String> = old.iter().map(Document::document_id).collect();
    let sort_field = D::COLLECTION.index(index).map_or("", store::Index::sort_field);
    let forgotten = store.transact(move |tx| {
        // A document that was renewed since the query is kept.
        let mut found = tx.get_all::<D>(&ids)?;
        found.retain(|document| {
            let keys = document.as_ref().map(|document| document.key(sort_field));
            keys.is_some_and(|key| key != Key::Null && key <= newest)
        });
        for document in found.iter().flatten() {
            tx.delete::<D>(document.document_id());
        }
        Ok::<_, Stop<Never>>(found.len())
    });
    let cannot = format!("cannot delete old {}", D::COLLECTION.name);
    forgotten.await.map_err(|error| Unavailable::caused_by(cannot, error))
}
