//! Repairs: a durable consumer of a listener that was renamed or is gone is removed, because it would
//! keep everything behind it in the log; a service's present states are published again, so that
//! copies elsewhere are repaired. A copy that is healthy ignores them.

use bus::Bus;
use service::Engines;
use service::process::StartError;
use store::Unavailable;

use super::operating::{with_engines, with_store};
use super::output::print;
use crate::services::find;
use crate::settings::MarketplaceSettings;

pub(super) async fn remove_consumer(
    settings: &MarketplaceSettings,
    name: &str,
) -> Result<(), StartError> {
    with_engines(settings, async |engines| remove(&engines.bus, name).await).await
}

async fn remove(bus: &Bus, name: &str) -> Result<(), StartError> {
    let known = bus.lag().await?;
    if !known.iter().any(|lag| lag.consumer == name) {
        let names: Vec<_> = known.into_iter().map(|lag| lag.consumer).collect();
        let known = names.join(", ");
        return Err(
            Unavailable::new(format!("no such consumer: {name} (there are: {known})")).into()
        );
    }
    bus.remove_consumer(name).await?;
    Ok(print(&format!("{name} is forgotten; a listener of that name starts anew"))?)
}

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
