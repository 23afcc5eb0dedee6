//! Publishes a service's present states again, so that copies elsewhere are repaired. A copy that is healthy ignores them.

use service::process::StartError;

use super::operating::{with_engines, with_store};
use super::output::print;
use crate::settings::MarketplaceSettings;
use service::Engines;

pub(super) async fn resync(settings: &MarketplaceSettings, name: &str) -> Result<(), StartError> {
    let published = with_engines(settings, async |engines| publish(engines, name).await).await?;
    Ok(print(&format!("{name}: {published} messages published"))?)
}

async fn publish(engines: &Engines, name: &str) -> Result<u64, StartError> {
    macro_rules! publish {
        ($service:ident) => {
            Box::pin(with_store(engines, $service::NAME, $service::COLLECTIONS, async |_, all| {
                $service::republish::republish(all).await
            }))
            .await?
        };
    }
    Ok(match name {
        auth::NAME => publish!(auth),
        tickets::NAME => publish!(tickets),
        orders::NAME => publish!(orders),
        payments::NAME => publish!(payments),
        // Its messages are hints that orders does without, and nobody keeps a copy of them.
        _ => 0,
    })
}
