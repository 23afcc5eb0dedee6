//! All services on one bus, each on its own store.

use service::{CurrentKey, Loop, Platform, Service, ServiceContext, ServiceSettings};
use store::Unavailable;

use crate::services::ALL;

/// Opens all services, in the order of [`ALL`]; `platform` gives each store its own engine, by
/// name.
///
/// # Errors
/// [`Unavailable`] when a store or the bus does not respond.
pub async fn compose(
    platform: impl Fn(&'static str) -> Platform,
    key: impl Into<CurrentKey>,
    mut settings: ServiceSettings,
) -> Result<Vec<Service>, Unavailable> {
    // In one process the amounts that can be charged follow from the provider, not from a setting
    // of each service.
    let amount_rules = settings.get::<payments::Settings>().provider.amount_rules();
    settings.change(|orders: &mut orders::Settings| orders.amount_rules = amount_rules);
    settings.change(|tickets: &mut tickets::Settings| tickets.amount_rules = amount_rules);
    let key = key.into();
    let mut services = Vec::new();
    for definition in ALL {
        let (key, settings) = (Some(key.clone()), settings.clone());
        let context = ServiceContext::new(definition.service, &platform, key, settings);
        services.push((definition.open)(context).await?);
    }
    // Every consumer of the process exists by now, so what all of them have settled can go.
    if let (Some(first), Some(service)) = (services.first_mut(), ALL.first()) {
        let Platform { bus, clock, .. } = platform(service.name());
        first.loops.push(Loop::trim(bus, clock));
    }
    Ok(services)
}
