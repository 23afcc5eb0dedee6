//! Addresses stored before there were canonical forms are stored in their canonical form too, so that another spelling of one is
//! not a second account. Once; the spelling that is stored remains.

use std::time::Duration;

use sources::Clock;
use store::{Document, Failure, Never, Stop, Store, Tx, Unavailable};

use crate::documents::{AddressOwner, Migration};

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
        if self.store.find::<Migration>(NAME).await?.is_none() {
            add_all(&self.store).await?;
            record(&self.store).await?;
        }
        Ok(0)
    }

    /// Returns when the migration is looked for again, without need: it is made once.
    pub(crate) async fn wait(&self) {
        self.clock.sleep(REST).await;
    }
}

/// Stores the canonical form of every address that has none yet.
pub(crate) async fn add_all(store: &Store) -> Result<(), Unavailable> {
    let mut after = String::new();
    while let Some(last) = add_page(store, &after).await? {
        after = last;
    }
    Ok(())
}

/// Looks at the addresses behind this one; returns the last of them. A canonical form that another account has remains there:
/// both accounts are older, and each is found by its own spelling.
async fn add_page(store: &Store, after: &str) -> Result<Option<String>, Unavailable> {
    let page: Vec<AddressOwner> = store.scan(after, PAGE).await?;
    let Some(last) = page.last().map(Document::document_id) else { return Ok(None) };
    let is_older = |owner: &&AddressOwner| owner.email.canonical() != owner.email;
    let older: Vec<_> = page.iter().filter(is_older).map(Document::document_id).collect();
    if older.is_empty() {
        return Ok(Some(last));
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
    adding.await.map_err(cannot)?;
    Ok(Some(last))
}

/// Records that the migration has ended.
async fn record(store: &Store) -> Result<(), Unavailable> {
    let recording = store.transact(|tx: &mut Tx<'_>| {
        let ended = Migration { id: NAME.to_owned(), ended_at: tx.now() };
        if tx.get::<Migration>(NAME)?.is_none() {
            tx.insert(ended);
        }
        Ok::<_, Stop<Never>>(())
    });
    recording.await.map_err(cannot)
}

fn cannot(failure: Failure<Never>) -> Unavailable {
    Unavailable::caused_by("cannot store canonical addresses", failure)
}
