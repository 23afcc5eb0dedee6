//! Attempts to collect money, and the provider they are made through.
//!
//! | room | holds |
//! |---|---|
//! | `domain` | `Payment`, the copy of its order, the rule that settles one by the other; pure |
//! | `documents` | how they are kept and found |
//! | `gateway` | the port to a payment provider |
//! | `test_provider` | the built-in provider: a small durable ledger, no real money |
//! | `endings` | requests that wait for the end of a payment |
//! | `refusal` | refusals as problems |
//! | `routes` | one file a route |
//! | `listeners` | one file a subscription |
//! | `ledger` | the one way into the ledger of accounts and entries |
//! | `settling` | a payment's change with all that follows from it, in one decision |
//! | `loops` | the one place that talks to the provider |
//! | `settings` | what can be set |
//! | `republish` | what others keep copies of, published again |

pub mod documents;
pub mod domain;
pub mod endings;
pub mod gateway;
mod ledger;
mod listeners;
pub mod loops;
mod refusal;
pub mod republish;
mod routes;
pub mod settings;
mod settling;
pub mod test_provider;

use std::sync::Arc;

use ::service::{Arrivals, Forget, Loop, Platform, Service};
use actix_web::web::Data;
use sources::{Clock, Ids};
use store::{Collection, Engine, Store, Unavailable};
use tokio::sync::Notify;
use web::idempotency::ANSWERS_KEPT;

pub use domain::{OrderCopy, Payment, Refusal};
pub use gateway::PaymentGateway;
pub use settings::Settings;
pub use test_provider::TestProvider;

/// The service's name.
pub const NAME: &str = "payments";

/// The collections of its store.
pub static COLLECTIONS: &[&Collection] = &[
    &documents::PAYMENTS,
    &documents::ORDER_COPIES,
    &documents::ATTEMPTS,
    &documents::ACCOUNTS,
    &documents::ENTRIES,
];

/// What routes, listeners and loops work with.
#[derive(Clone)]
pub struct Ports {
    /// Its documents.
    pub store: Store,
    /// The present time.
    pub clock: Clock,
    /// The source of ids.
    pub ids: Ids,
    /// The provider.
    pub gateway: Arc<dyn PaymentGateway>,
    /// Told when a copy of an order has arrived.
    pub orders: Arrivals,
    /// Told when there is something to ask the provider.
    pub work: Arc<Notify>,
    /// Told when a payment has ended.
    pub endings: endings::Endings,
}

/// Opens the service.
///
/// # Errors
/// [`Unavailable`] when its store or the bus does not answer.
pub async fn service(
    platform: Platform,
    gateway: Arc<dyn PaymentGateway>,
) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, &platform, COLLECTIONS).await?;
    let ports = Ports {
        store,
        clock: platform.clock.clone(),
        ids: platform.ids.clone(),
        gateway,
        orders: Arrivals::default(),
        work: Arc::new(Notify::new()),
        endings: endings::Endings::default(),
    };
    for listener in listeners::all(&platform, &ports).await? {
        service.loops.push(Loop::listener(listener));
    }
    let pursue = loops::PursuePayments::new(ports.clone());
    service.loops.push(::service::steps!("payments.pursue_payments", pursue));
    let reconcile = loops::ReconcilePayments::new(ports.clone());
    service.loops.push(::service::steps!("payments.reconcile_payments", reconcile));
    let (store, clock) = (ports.store.clone(), ports.clock.clone());
    let attempts = Forget::<documents::Attempt>::new(store, clock, "by_age", ANSWERS_KEPT);
    service.loops.push(::service::steps!("payments.forget_attempts", attempts));
    let data = Data::new(ports);
    service.routes = Arc::new(move |config| {
        config.app_data(Data::clone(&data));
        routes::configure(config);
    });
    Ok(service)
}

/// Opens the service on the built-in provider, whose ledger is in a store of its own on `ledger`.
///
/// # Errors
/// [`Unavailable`] when a store or the bus does not answer.
pub async fn service_on_test_provider(
    platform: Platform,
    ledger: Engine,
) -> Result<(Service, TestProvider), Unavailable> {
    let (clock, ids) = (platform.clock.clone(), platform.ids.clone());
    let (provider, ledger) = TestProvider::open(ledger, clock, ids).await?;
    let mut service = service(platform, Arc::new(provider.clone())).await?;
    service.stores.push(ledger);
    Ok((service, provider))
}
