//! One-time changes of stored documents, such as the keys of a new index.

use std::future::Future;

use contract::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Collection, Never, Stop, Store, Tx, Unavailable};

/// The changes applied to a store, by name.
pub static COLLECTION: Collection = Collection::named("migrations");

/// A change applied to a store.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Migration {
    /// Its name.
    pub id: String,
    /// When its last document was stored.
    pub ended_at: Timestamp,
}

store::document!(Migration, COLLECTION, |migration| migration.id);

/// Applies a change and records it under `name`, unless it is recorded. An interrupted change
/// begins again, maybe in two processes at once: it must have no effect on changed documents.
///
/// # Errors
/// The error of the change; [`Unavailable`] when the store does not respond.
pub async fn once<E: From<Unavailable>>(
    store: &Store,
    name: &'static str,
    change: impl Future<Output = Result<(), E>>,
) -> Result<(), E> {
    if store.find::<Migration>(name).await?.is_some() {
        return Ok(());
    }
    change.await?;
    let recording = store.transact(move |tx: &mut Tx<'_>| {
        tx.get::<Migration>(name)?;
        tx.put(Migration { id: name.to_owned(), ended_at: tx.now() });
        Ok::<_, Stop<Never>>(())
    });
    let cannot = |failure| Unavailable::caused_by(format!("cannot record {name}"), failure);
    Ok(recording.await.map_err(cannot)?)
}
