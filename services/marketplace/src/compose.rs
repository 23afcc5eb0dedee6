//! The five services on one bus, each on its own store.

use std::sync::Arc;

use payments::TestProvider;
use service::{Loop, Platform, Service, SessionKey};
use store::Unavailable;

/// What the services can be set.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServiceSettings {
    /// What orders can be set.
    pub orders: orders::Settings,
    /// What auth can be set.
    pub auth: auth::Settings,
}

/// The services, ready to be run, and their payment provider.
pub struct Composed {
    /// auth, tickets, orders, payments, expiration.
    pub services: Vec<Service>,
    /// The provider that money goes through.
    pub provider: TestProvider,
}

/// Opens the five services; `platform` gives each its own by name.
///
/// # Errors
/// [`Unavailable`] when a store or the bus does not answer.
pub async fn compose(
    platform: impl Fn(&'static str) -> Platform,
    key: &SessionKey,
    settings: ServiceSettings,
) -> Result<Composed, Unavailable> {
    let Platform { engine, clock, ids, .. } = platform("test-provider");
    let (provider, ledger) = TestProvider::open(engine, clock.clone(), ids).await?;
    let gateway = Arc::new(provider.clone());
    let mut payments = payments::service(platform(payments::NAME), gateway).await?;
    payments.stores.push(ledger);
    let mut services = vec![
        auth::service(platform(auth::NAME), key, settings.auth).await?,
        tickets::service(platform(tickets::NAME)).await?,
        orders::service(platform(orders::NAME), settings.orders).await?,
        payments,
        expiration::service(platform(expiration::NAME)).await?,
    ];
    // Every consumer of the process exists by now, so what all of them have settled can go.
    let bus = platform("bus").bus;
    let trim = Loop::new(
        "bus.trim",
        move || {
            let bus = bus.clone();
            async move { bus.trim_once().await }
        },
        move || {
            let clock = clock.clone();
            async move { clock.sleep(std::time::Duration::from_secs(5)).await }
        },
    );
    if let Some(first) = services.first_mut() {
        first.loops.push(trim);
    }
    Ok(Composed { services, provider })
}
