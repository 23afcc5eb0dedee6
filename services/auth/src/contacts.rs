//! Migration: publishes the addresses of accounts from before there were mails, once.

use std::time::Duration;

use contract::contact::CHANGED;
use service::migration;
use store::{Never, Stop, Store, Tx, Unavailable};

use crate::domain::User;

const NAME: &str = "published_contacts";

/// Accounts per read and per commit.
const PAGE: u32 = 200;

/// Period of the checks for the migration's record.
pub(crate) const PERIOD: Duration = Duration::from_hours(24);

/// Runs the migration unless it is recorded as complete. An interrupted run repeats at the next
/// start; a repeated message has no effect.
pub(crate) async fn publish(store: Store) -> Result<usize, Unavailable> {
    migration::once(&store, NAME, publish_all(&store)).await?;
    Ok(0)
}

async fn publish_all(store: &Store) -> Result<(), Unavailable> {
    let mut pages = store.pages::<User>(PAGE);
    while let Some(page) = pages.next().await? {
        let ids: Vec<_> = page.iter().map(|user| user.id).collect();
        let publishing = store.transact(move |tx: &mut Tx<'_>| {
            for user in tx.get_all::<User>(&ids)?.into_iter().flatten() {
                tx.publish(CHANGED.of(user.contact()));
            }
            Ok::<_, Stop<Never>>(())
        });
        let cannot = |failure| Unavailable::caused_by("cannot publish contacts", failure);
        publishing.await.map_err(cannot)?;
    }
    Ok(())
}
