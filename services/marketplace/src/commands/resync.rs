//! Publishes a service's present states again, so that copies elsewhere are repaired. A copy that
//! is healthy ignores them.

use service::process::StartError;

use super::operating::{with_engines, with_store};
use super::output::print;
use crate::services::find;
use crate::settings::MarketplaceSettings;
use service::Engines;

pub(super) async fn resync(settings: &MarketplaceSettings, name: &str) -> Result<(), StartError> {
    let published = with_engines(settings, async |engines| publish(engines, name).await).await?;
    Ok(print(&format!("{name}: {published} messages published"))?)
}

async fn publish(engines: &Engines, name: &str) -> Result<u64, StartError> {
    let Some(definition) = find(name) else { return Ok(0) };
    // Where no service keeps copies there are none to repair.
    let Some(republish) = definition.republish else { return Ok(0) };
    let (name, collections) = (definition.name(), definition.collections);
    let publishing = with_store(engines, name, collections, async |_, all| republish(all).await);
    Ok(Box::pin(publishing).await?)
}
