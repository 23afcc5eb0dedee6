//! Attempts to collect money, and the provider they are made through.
//!
//! | room | holds |
//! |---|---|
//! | `ports` | dependencies of routes, listeners and loops |
//! | `domain` | `Payment`, the copy of its order, the rule that settles one by the other; `Refund`; the ledger; pure |
//! | `documents` | how they are kept and found |
//! | `gateway` | the port to a payment provider |
//! | `stripe` | Stripe behind that port, and the events it tells of |
//! | `test_provider` | the built-in provider: a small durable ledger, no real money |
//! | `hints` | what such an event leads to |
//! | `work` | what there is to ask the provider of |
//! | `endings` | requests that wait for the end of a payment |
//! | `refusal`, `code` | refusals as problems; their codes |
//! | `routes` | one file a route |
//! | `listeners` | one file a subscription |
//! | `ledger` | the one way into the ledger of accounts and entries |
//! | `card_testing` | limits on attempts to charge cards |
//! | `attempts` | requests that begin something and wait for its end |
//! | `paying` | requests that pay |
//! | `parties` | who has to do with a payment |
//! | `measurements` | the metrics that it publishes |
//! | `person` | exports and erasures of a payer or seller |
//! | `recording` | what the provider has on record of a payment, booked |
//! | `refreshing` | requests that ask the provider before they answer |
//! | `last_asked` | limits on these inquiries |
//! | `refunding` | a refund's change with all that follows from it, in one decision |
//! | `returns` | units that go back to sale, as requests name them |
//! | `settling` | a payment's change with all that follows from it, in one decision |
//! | `loops` | background work, and in it the one place that talks to the provider |
//! | `settings` | what can be set |
//! | `republish` | what others keep copies of, published again |

mod attempts;
mod card_testing;
mod code;
pub mod documents;
pub mod domain;
pub mod endings;
pub mod gateway;
mod hints;
mod last_asked;
mod ledger;
mod listeners;
pub mod loops;
mod measurements;
mod parties;
mod paying;
mod person;
mod ports;
mod recording;
mod refreshing;
mod refunding;
mod refusal;
pub mod republish;
mod returns;
mod routes;
pub mod settings;
mod settling;
pub mod stripe;
pub mod test_provider;
pub mod work;

use std::sync::Arc;
use std::time::Duration;

use ::service::{CopyArrivals, Loop, Platform, Retention, Routes, Service, ServiceDefinition};
use actix_web::web::Data;
use contract::catalogue::services;
use store::{Collection, Engine, Unavailable};
use tokio::sync::Notify;
use web::idempotency::ANSWERS_KEPT;

use settings::{CardSettings, Provider};
use stripe::{StripeGateway, WebhookSecrets};

pub use domain::{OrderCopy, Payment, Refusal};
pub use gateway::PaymentGateway;
pub use last_asked::LastAsked;
pub use ports::{NAME, Ports};
pub use settings::Settings;
pub use test_provider::TestProvider;

/// Retention of the provider's events: the period in which Stripe may repeat them, so that repeats
/// are recognised.
const EVENTS_KEPT: Duration = Duration::from_hours(30 * 24);

/// The collections of the store.
pub static COLLECTIONS: &[&Collection] = &[
    &documents::PAYMENTS,
    &documents::REFUNDS,
    &documents::ORDER_COPIES,
    &documents::ATTEMPTS,
    &documents::CARD_ATTEMPTS,
    &documents::PROVIDER_EVENTS,
    &documents::ACCOUNTS,
    &documents::ENTRIES,
    &documents::DISPUTES,
    &documents::RECONCILIATIONS,
];

/// The service, as programs know it.
pub static DEFINITION: ServiceDefinition = ServiceDefinition {
    service: &services::PAYMENTS,
    collections: COLLECTIONS,
    settings: || settings::TABLE.clone(),
    take: |given, all| settings::take(given).map(|own| all.set(own)),
    open: |opening| {
        Box::pin(async move {
            let ledger = opening.engine(TestProvider::NAME)?;
            service_on_provider(opening.platform, ledger, &opening.settings.get()).await
        })
    },
    republish: Some(|all| Box::pin(republish::republish(all))),
};

/// Opens the service with a provider that sends no events.
///
/// # Errors
/// [`Unavailable`] if the store or the bus is unavailable.
pub async fn service(
    platform: Platform,
    gateway: Arc<dyn PaymentGateway>,
) -> Result<Service, Unavailable> {
    service_with_webhook(platform, gateway, WebhookSecrets::default()).await
}

/// Opens the service with a provider whose events are signed with these secrets, without limits on
/// cards.
///
/// # Errors
/// As [`service()`].
pub async fn service_with_webhook(
    platform: Platform,
    gateway: Arc<dyn PaymentGateway>,
    webhook_secrets: WebhookSecrets,
) -> Result<Service, Unavailable> {
    service_with_limits(platform, gateway, webhook_secrets, CardSettings::default()).await
}

/// Like [`service_with_webhook`], with limits on attempts to charge cards.
///
/// # Errors
/// As [`service()`].
pub async fn service_with_limits(
    platform: Platform,
    gateway: Arc<dyn PaymentGateway>,
    webhook_secrets: WebhookSecrets,
    card_settings: CardSettings,
) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, &platform, COLLECTIONS).await?;
    count_from_zero();
    let ports = Ports {
        store,
        clock: platform.clock.clone(),
        ids: platform.ids.clone(),
        gateway,
        webhook_secrets,
        events: Arc::new(Notify::new()),
        orders: CopyArrivals::default(),
        work: work::Work::default(),
        refund_work: work::Work::default(),
        endings: endings::Endings::default(),
        refund_endings: endings::Endings::default(),
        last_asked: LastAsked::default(),
        last_recorded: LastAsked::default(),
        card_settings,
    };
    for listener in listeners::all(&platform, &ports).await? {
        service.loops.push(Loop::listener(listener));
    }
    let person = person::Parties::new(ports.store.clone());
    service.loops.push(::service::person::listener(NAME, &ports.store, &platform, person).await?);
    let pursue = loops::PursuePayments::new(ports.clone());
    service.loops.push(::service::steps!("payments.pursue_payments", pursue));
    let reconcile = loops::ReconcilePayments::new(ports.clone());
    service.loops.push(::service::steps!("payments.reconcile_payments", reconcile));
    let pursue = loops::PursueRefunds::new(ports.clone());
    service.loops.push(::service::steps!("payments.pursue_refunds", pursue));
    let reconcile = loops::ReconcileRefunds::new(ports.clone());
    service.loops.push(::service::steps!("payments.reconcile_refunds", reconcile));
    let ask = loops::AskBeforeDeadlines::new(ports.clone());
    service.loops.push(::service::steps!("payments.ask_before_deadlines", ask));
    let reconcile = loops::ReconcileProvider::new(ports.clone());
    service.loops.push(::service::steps!("payments.reconcile_provider", reconcile));
    let (store, clock) = (ports.store.clone(), ports.clock.clone());
    let attempts = Retention::<documents::Attempt>::new(store, clock, "by_age", ANSWERS_KEPT);
    service.loops.push(::service::steps!("payments.forget_attempts", attempts));
    let (store, clock) = (ports.store.clone(), ports.clock.clone());
    let cards = Retention::<domain::CardAttempts>::new(store, clock, "by_end", Duration::ZERO);
    service.loops.push(::service::steps!("payments.forget_card_attempts", cards));
    let process = loops::ProcessEvents::new(ports.clone());
    service.loops.push(::service::steps!("payments.process_events", process));
    let (store, clock) = (ports.store.clone(), ports.clock.clone());
    let events = Retention::<domain::ProviderEvent>::new(store, clock, "by_age", EVENTS_KEPT);
    service.loops.push(::service::steps!("payments.forget_events", events));
    let data = Data::new(ports);
    service.metrics = measurements::METRICS;
    service.routes = Routes::new(code::ALL, move |config| {
        config.app_data(Data::clone(&data));
        routes::configure(config);
    });
    Ok(service)
}

/// Registers counters of alerts at zero: an alert cannot detect the first increase of a counter
/// that did not exist.
fn count_from_zero() {
    metrics::counter!("orders_unpaid_total").increment(0);
    for outcome in ["succeeded", "declined"] {
        metrics::counter!("card_attempts_total", "outcome" => outcome).increment(0);
    }
    for end in ["succeeded", "failed", "came_back"] {
        metrics::counter!("refunds_ended_total", "end" => end).increment(0);
    }
}

/// Opens the service with the configured provider; the built-in one stores its ledger in a separate
/// store on `ledger`.
///
/// # Errors
/// [`Unavailable`] if a store or the bus is unavailable, or the settings cannot be used.
pub async fn service_on_provider(
    platform: Platform,
    ledger: Engine,
    settings: &Settings,
) -> Result<Service, Unavailable> {
    let (secrets, cards) = (settings.webhook_secrets.clone(), settings.cards);
    match &settings.provider {
        Provider::Test => {
            let (clock, ids) = (platform.clock.clone(), platform.ids.clone());
            let (provider, ledger) = TestProvider::open(ledger, clock, ids).await?;
            let mut service =
                service_with_limits(platform, Arc::new(provider), secrets, cards).await?;
            service.stores.push(ledger);
            Ok(service)
        }
        Provider::Stripe(stripe) => {
            let provider = Arc::new(StripeGateway::of(stripe)?);
            service_with_limits(platform, provider, secrets, cards).await
        }
    }
}
