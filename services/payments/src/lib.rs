//! Payments of orders and top-ups, refunds, the ledger, and the payment provider.
//!
//! | module | contents |
//! |---|---|
//! | `ports` | dependencies of routes, listeners and loops |
//! | `domain` | payments, refunds, disputes, copies of orders and the ledger; pure |
//! | `documents` | collections and indexes |
//! | `routes` | one file per route, and the views |
//! | `requests` | parts of requests that several routes share |
//! | `commands` | one transaction per command: documents, ledger entries, messages |
//! | `driver` | the queue of work at the provider, and its jobs with retries |
//! | `loops` | one file per background loop; `drive_payments` and `drive_refunds` call the provider |
//! | `listeners` | one file per subscription |
//! | `provider` | the port to a payment provider; Stripe, and the built-in test provider |
//! | `person` | exports and erasures of a payer or seller |
//! | `code` | problem codes |
//! | `metric_descriptions` | metrics |
//! | `refusal` | conversion of refusals to problems |
//! | `settings` | settings |
//! | `republish` | repeated publication of the state that others copy |
//!
//! The path of a payment: `routes::create_payment` → `requests::pay` → `requests::long_running`
//! (once per idempotency key) → `driver::queue` → `loops::drive_payments` → `provider::gateway` →
//! `commands::payment` → `driver::completions` → the response of `requests::long_running`.

mod code;
mod commands;
pub mod documents;
pub mod domain;
pub mod driver;
mod listeners;
pub mod loops;
mod metric_descriptions;
mod person;
mod ports;
pub mod provider;
mod refusal;
pub mod republish;
mod requests;
mod routes;
pub mod settings;

use std::sync::Arc;
use std::time::Duration;

use ::service::{CopyArrivals, Loop, Platform, Retention, Routes, Service, ServiceDefinition};
use actix_web::web::Data;
use contract::catalogue::services;
use store::{Collection, Engine, Unavailable};
use tokio::sync::Notify;
use web::idempotency::RESPONSES_KEPT;

use provider::stripe::{StripeGateway, WebhookSecrets};
use settings::{CardSettings, Provider};

pub use domain::{OrderCopy, Payment, Refusal};
pub use ports::{NAME, Ports};
pub use provider::gateway::PaymentGateway;
pub use provider::test_provider::TestProvider;
pub use requests::inquiry_limit::InquiryLimit;
pub use settings::Settings;

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
    open: |context| {
        Box::pin(async move {
            let ledger = context.engine(TestProvider::NAME)?;
            service_on_provider(context.platform, ledger, &context.settings.get()).await
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
        payment_queue: driver::queue::WorkQueue::default(),
        refund_queue: driver::queue::WorkQueue::default(),
        completions: driver::completions::Completions::default(),
        refund_completions: driver::completions::Completions::default(),
        inquiry_limit: InquiryLimit::default(),
        record_limit: InquiryLimit::default(),
        card_settings,
    };
    for listener in listeners::all(&platform, &ports).await? {
        service.loops.push(Loop::listener(listener));
    }
    let person = person::PartyData::new(ports.store.clone());
    service.loops.push(::service::person::listener(NAME, &ports.store, &platform, person).await?);
    let drive = loops::DrivePayments::new(ports.clone());
    service.loops.push(::service::steps!("payments.drive_payments", drive));
    let reconcile = loops::ReconcilePayments::new(ports.clone());
    service.loops.push(::service::steps!("payments.reconcile_payments", reconcile));
    let drive = loops::DriveRefunds::new(ports.clone());
    service.loops.push(::service::steps!("payments.drive_refunds", drive));
    let reconcile = loops::ReconcileRefunds::new(ports.clone());
    service.loops.push(::service::steps!("payments.reconcile_refunds", reconcile));
    let inquire = loops::InquireBeforeDeadlines::new(ports.clone());
    service.loops.push(::service::steps!("payments.inquire_before_deadlines", inquire));
    let reconcile = loops::ReconcileProvider::new(ports.clone());
    service.loops.push(::service::steps!("payments.reconcile_provider", reconcile));
    let (store, clock) = (ports.store.clone(), ports.clock.clone());
    let attempts =
        Retention::<documents::KeyedOperation>::new(store, clock, "by_age", RESPONSES_KEPT);
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
    service.metrics = metric_descriptions::METRICS;
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
