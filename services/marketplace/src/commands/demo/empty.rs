//! Whether a marketplace is empty.

use std::path::Path;

use service::Engines;
use store::{Document, Store, Unavailable};
use tickets::{Show, Ticket};

use crate::commands::operating::with_store;

/// The remedy for a data directory that is not empty.
pub(super) const ADVICE: &str =
    "empty it, or choose a new directory with --data-dir (DATA_DIR), and repeat demo";

/// Checks that no account, show or ticket exists. An interrupted demo leaves some.
pub(super) async fn check(engines: &Engines, data_dir: &Path) -> Result<(), Unavailable> {
    let accounts = async |store: &Store| any::<auth::User>(store).await;
    let offers = async |store: &Store| Ok(any::<Show>(store).await? || any::<Ticket>(store).await?);
    let (auth, tickets) = (auth::COLLECTIONS, tickets::COLLECTIONS);
    let has_accounts =
        with_store(engines, auth::NAME, auth, async |store, _| accounts(store).await).await?;
    let has_offers =
        with_store(engines, tickets::NAME, tickets, async |store, _| offers(store).await).await?;
    let found = match (has_accounts, has_offers) {
        (false, false) => return Ok(()),
        (true, _) => "accounts",
        (false, true) => "shows or tickets",
    };
    let directory = data_dir.display();
    let why = format!("the data directory {directory} already has {found}: {ADVICE}");
    Err(Unavailable::new(why))
}

async fn any<D: Document>(store: &Store) -> Result<bool, Unavailable> {
    Ok(!store.scan::<D>("", 1).await?.is_empty())
}
