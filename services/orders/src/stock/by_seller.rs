//! Migration: adds inventories of earlier versions to the index by seller. An engine computes the
//! keys of a document when it stores it.

use contract::TicketId;
use service::migration;
use store::{Failure, Stop, Store};

use crate::domain::{Inventory, Refusal};

const NAME: &str = "inventories_by_seller";

/// Inventories per step.
const PAGE: u32 = 100;

/// Adds every inventory to the index, once per store. Runs with the first ban instead of at the
/// start, because a start must not depend on the size of the store, and replicas of an earlier
/// version have ended by then. Errors: [`Failure::Busy`] and [`Failure::Unavailable`] of the store;
/// a repeat continues.
pub(crate) async fn complete_index(store: &Store) -> Result<(), Failure<Refusal>> {
    migration::once(store, NAME, add_all(store)).await
}

async fn add_all(store: &Store) -> Result<(), Failure<Refusal>> {
    let mut pages = store.pages::<Inventory>(PAGE);
    while let Some(page) = pages.next().await? {
        let missing = page.iter().filter(|inventory| inventory.seller_version.is_none());
        let missing: Vec<TicketId> = missing.map(|inventory| inventory.ticket_id).collect();
        if missing.is_empty() {
            continue;
        }
        let adding = store.transact(move |tx| {
            let found = tx.get_all::<Inventory>(&missing)?.into_iter().flatten();
            for inventory in found.filter_map(Inventory::migrated) {
                tx.save(inventory);
            }
            Ok::<_, Stop<Refusal>>(())
        });
        adding.await?;
    }
    Ok(())
}
