//! Inventories that an earlier version stored, added to the index by seller: an engine computes the keys of a document when it is stored.

use contract::TicketId;
use store::{Document as _, Failure, Stop, Store};

use crate::documents::Migration;
use crate::domain::{Inventory, Refusal};

/// The migration's id.
const NAME: &str = "inventories_by_seller";

/// Inventories read, and at most stored, at once.
const PAGE: u32 = 100;

/// Adds every inventory to the index, once for each store. It is done with the first ban instead of at the start: a start must not depend on
/// the size of the store, and replicas of an earlier version have ended by then.
///
/// # Errors
/// [`Failure::Busy`] and [`Failure::Unavailable`] of the store; a repeat does the rest.
pub(crate) async fn complete_index(store: &Store) -> Result<(), Failure<Refusal>> {
    if store.find::<Migration>(NAME).await?.is_some() {
        return Ok(());
    }
    let mut after = String::new();
    loop {
        let page: Vec<Inventory> = store.scan(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.document_id();
        let missing = page.iter().filter(|inventory| inventory.seller_version.is_none());
        let missing: Vec<TicketId> = missing.map(|inventory| inventory.ticket_id).collect();
        if !missing.is_empty() {
            store
                .transact(move |tx| {
                    let found = tx.get_all::<Inventory>(&missing)?.into_iter().flatten();
                    for inventory in found.filter_map(Inventory::migrated) {
                        tx.save(inventory);
                    }
                    Ok::<_, Stop<Refusal>>(())
                })
                .await?;
        }
    }
    let recording = store.transact(|tx| {
        tx.get::<Migration>(NAME)?;
        tx.put(Migration { id: NAME.to_owned(), ended_at: tx.now() });
        Ok(())
    });
    recording.await
}
