//! Publishes a service's present states again, so that copies elsewhere are repaired. A copy that is healthy ignores them.

use service::process::StartError;

use super::operating::{open, with_store};
use super::output::print;
use crate::settings::MarketplaceSettings;

pub(super) async fn resync(settings: &MarketplaceSettings, name: &str) -> Result<(), StartError> {
    let engines = open(settings).await?;
    let on = &engines;
    let published = match name {
        auth::NAME => {
            Box::pin(with_store(on, auth::NAME, auth::COLLECTIONS, async |_, all| {
                auth::republish::republish(all).await
            }))
            .await?
        }
        tickets::NAME => {
            Box::pin(with_store(on, tickets::NAME, tickets::COLLECTIONS, async |_, all| {
                tickets::republish::republish(all).await
            }))
            .await?
        }
        orders::NAME => {
            Box::pin(with_store(on, orders::NAME, orders::COLLECTIONS, async |_, all| {
                orders::republish::republish(all).await
            }))
            .await?
        }
        payments::NAME => {
            Box::pin(with_store(on, payments::NAME, payments::COLLECTIONS, async |_, all| {
                payments::republish::republish(all).await
            }))
            .await?
        }
        // Its messages are hints that orders does without, and nobody keeps a copy of them.
        _ => 0,
    };
    Ok(print(&format!("{name}: {published} messages published"))?)
}
