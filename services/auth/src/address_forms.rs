//! Addresses stored before there were canonical forms are stored in their canonical form too, so that another spelling of one is
//! not a second account. Once; the spelling that is stored remains.

use std::time::Duration;

use service::migration;
use sources::Clock;
use store::{Document, Never, Stop, Store, Tx, Unavailable};

use crate::documents::AddressOwner;

/// The migration's id.
const NAME: &str = "canonical_addresses";

/// Addresses read at once: some 50 KiB.
const PAGE: u32 = 500;

/// Wait between two looks at the record.
const REST: Duration = Duration::from_hours(24);

/// The migration, as a step of a loop.
#[derive(Clone)]
pub(crate) struct AddressForms {
    store: Store,
    clock: Clock,
}

impl AddressForms {
    pub(crate) fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Makes the migration, unless it is recorded as made. Interrupted, it begins again at the next start.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        migration::once(&self.store, NAME, add_all(&self.store)).await?;
        Ok(0)
    }

    /// Returns when the migration is looked for again, without need: it is made once.
    pub(crate) async fn wait(&self) {
        self.clock.sleep(REST).await;
    }
}

/// Stores the canonical form of every address that has none yet. A canonical form that another account has remains there: both accounts
/// are older, and each is found by its own spelling.
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
