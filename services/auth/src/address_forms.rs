//! Migration: adds the canonical form of e-mail addresses that were stored before canonical forms,
//! so that another spelling of an address cannot create a second account. The stored spelling
//! remains.

use std::time::Duration;

use service::migration;
use store::{Document, Never, Stop, Store, Tx, Unavailable};

use crate::documents::AddressOwner;

const NAME: &str = "canonical_addresses";

/// Addresses per read: some 50 KiB.
const PAGE: u32 = 500;

/// Period of the checks for the migration's record.
pub(crate) const PERIOD: Duration = Duration::from_hours(24);

/// Runs the migration unless it is recorded as complete; the next steps find it complete. An
/// interrupted run repeats at the next start.
pub(crate) async fn add(store: Store) -> Result<usize, Unavailable> {
    migration::once(&store, NAME, add_all(&store)).await?;
    Ok(0)
}

/// Stores the canonical form of every address without one. If another account has the same
/// canonical form, that account keeps it; each of the two is found by its stored spelling.
pub(crate) async fn add_all(store: &Store) -> Result<(), Unavailable> {
    let mut pages = store.pages::<AddressOwner>(PAGE);
    while let Some(page) = pages.next().await? {
        let is_older = |owner: &&AddressOwner| owner.email.canonical() != owner.email;
        let older: Vec<_> = page.iter().filter(is_older).map(Document::document_id).collect();
        if older.is_empty() {
            continue;
        }
        let adding = store.transact(move |tx: &mut Tx<'_>| {
            for owner in tx.get_all::<AddressOwner>(&older)?.into_iter().flatten() {
                let email = owner.email.canonical();
                if tx.get::<AddressOwner>(email.as_str())?.is_none() {
                    tx.insert(AddressOwner { email, ..owner });
                }
            }
            Ok::<_, Stop<Never>>(())
        });
        let cannot = |failure| Unavailable::caused_by("cannot store canonical addresses", failure);
        adding.await.map_err(cannot)?;
    }
    Ok(())
}
