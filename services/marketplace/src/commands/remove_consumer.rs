//! Forgets a durable consumer: of a listener that was renamed or is gone, which would keep
//! everything behind it in the log.

use bus::Bus;
use service::process::StartError;
use store::Unavailable;

use super::operating::with_engines;
use super::output::print;
use crate::settings::MarketplaceSettings;

pub(super) async fn remove_consumer(
    settings: &MarketplaceSettings,
    name: &str,
) -> Result<(), StartError> {
    with_engines(settings, async |engines| remove(engines.bus(), name).await).await
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
