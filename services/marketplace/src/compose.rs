//! The five services on one bus, each on its own store.

use std::sync::Arc;

use payments::{OnProvider, PaymentGateway, TestProvider};
use service::{CurrentKey, Loop, Platform, Service};
use store::Unavailable;

/// What the services can be set.
#[derive(Debug, Clone, Default)]
pub struct ServiceSettings {
    /// What orders can be set.
    pub orders: orders::Settings,
    /// What tickets can be set.
    pub tickets: tickets::Settings,
    /// What auth can be set.
    pub auth: auth::Settings,
    /// What payments can be set.
    pub payments: payments::Settings,
}

/// The services, ready to be run, and their payment provider.
pub struct Composed {
    /// auth, tickets, orders, payments, expiration.
    pub services: Vec<Service>,
    /// The provider that money goes through.
    pub provider: Arc<dyn PaymentGateway>,
    /// The built-in provider, if it is that one.
    pub test_provider: Option<TestProvider>,
}

/// Opens the five services; `platform` gives each its own by name.
///
/// # Errors
/// [`Unavailable`] when a store or the bus does not answer.
pub async fn compose(
    platform: impl Fn(&'static str) -> Platform,
    key: impl Into<CurrentKey>,
    settings: ServiceSettings,
) -> Result<Composed, Unavailable> {
    let Platform { engine: ledger, bus, clock, .. } = platform(TestProvider::NAME);
    let opening =
        payments::service_on_provider(platform(payments::NAME), ledger, &settings.payments);
    let OnProvider { service: payments, provider, test_provider } = Box::pin(opening).await?;
    // In one process the rules come from the provider itself.
    let amount_rules = provider.amount_rules();
    let orders = orders::Settings { amount_rules, ..settings.orders };
    let tickets = tickets::Settings { amount_rules, ..settings.tickets };
    // A request's route is looked for from the first to the last: those of an on-sale crowd come first.
    let mut services = vec![
        orders::service(platform(orders::NAME), orders).await?,
        tickets::service(platform(tickets::NAME), tickets).await?,
        payments,
        auth::service(platform(auth::NAME), key, settings.auth).await?,
        expiration::service(platform(expiration::NAME)).await?,
    ];
    // Every consumer of the process exists by now, so what all of them have settled can go.
    if let Some(first) = services.first_mut() {
        first.loops.push(Loop::trim(bus, clock));
    }
    Ok(Composed { services, provider, test_provider })
}
