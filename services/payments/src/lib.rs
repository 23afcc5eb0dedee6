//! Payments of orders and top-ups, refunds, the ledger, and the payment provider.
//!
//! | module | contents |
//! |---|---|
//! | `routes` | one file per route; `run_operation` runs a command for a request, and waits |
//! | `views` | shapes of requests and responses: for each payment and refund, by its state |
//! | `commands` | one transaction per command |
//! | `driver` | carries payments and refunds to their end: calls the provider, reconciles |
//! | `domain` | payments, refunds, disputes, sales, copies of orders and the ledger; pure |
//! | `ledger` | posting, and the comparison with the provider's books |
//! | `provider` | the port to a payment provider; Stripe, and the built-in test provider |
//! | `listeners` | one file per subscription |
//!
//! One payment is five files: `routes::create_payment` (the request) → `routes::run_operation`
//! (once per idempotency key; waits for the end) → `commands::pay` (what each transaction writes) →
//! `driver::payments` (the calls at the provider) → `domain::payment::decision` (the states).

mod code;
mod commands;
pub mod documents;
pub mod domain;
mod driver;
mod ledger;
mod listeners;
mod metric_descriptions;
mod person;
mod ports;
pub mod provider;
mod refusal;
mod republish;
mod routes;
pub mod settings;
mod views;

use std::sync::Arc;
use std::time::Duration;

use ::service::{CopyArrivals, Loop, Platform, Routes, Service, ServiceDefinition, steps};
use contract::catalogue::services;
use store::{Collection, Engine, Unavailable};
use tokio::sync::Notify;
use web::idempotency::RESPONSES_KEPT;

use commands::inquiry_limit::InquiryLimit;
use documents::KeyedOperation;
use domain::{CardAttempts, ProviderEvent, Refund};
use driver::drive::Drive;
use driver::inquire_before_deadlines::{self, inquire_before_deadlines};
use driver::process_events::ProcessEvents;
use driver::reconcile::Reconcile;
use driver::refund_cancelled_shows::RefundCancelledShows;
use driver::work::WorkQueue;
use ledger::reconcile_provider::ReconcileProvider;
use provider::stripe::{StripeGateway, WebhookSecrets};
use settings::{CardSettings, Provider};

pub use domain::{OrderCopy, Payment, Refusal};
pub use ports::NAME;
pub(crate) use ports::Ports;
pub use provider::gateway::PaymentGateway;
pub use provider::test_provider::TestProvider;
pub use settings::Settings;

/// Retention of the provider's events: Stripe may repeat them in this period.
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
    &documents::SALES,
    &documents::SHOW_REFUNDS,
];

/// The service, as programs know it.
pub static DEFINITION: ServiceDefinition = ServiceDefinition {
    service: &services::PAYMENTS,
    collections: COLLECTIONS,
    settings: settings::table,
    take: |given, all| settings::take(given).map(|own| all.set(own)),
    open: |context| {
        Box::pin(async move {
            let ledger = context.engine(TestProvider::NAME)?;
            service_on_provider(context.platform, ledger, &context.settings.get()).await
        })
    },
    republish: Some(|all| Box::pin(republish::republish(all))),
};

/// Settings of the service beside its provider.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The signing secrets of the provider's events; by default none is accepted.
    pub webhook_secrets: WebhookSecrets,
    /// Limits on attempts to charge cards; none by default.
    pub cards: CardSettings,
}

/// Opens the service.
///
/// # Errors
/// [`Unavailable`] if the store or the bus is unavailable.
pub async fn service(
    platform: Platform,
    gateway: Arc<dyn PaymentGateway>,
    options: Options,
) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, &platform, COLLECTIONS).await?;
    count_from_zero();
    let ports = Ports {
        store,
        clock: platform.clock.clone(),
        ids: platform.ids.clone(),
        gateway,
        webhook_secrets: options.webhook_secrets,
        events: Arc::new(Notify::new()),
        orders: CopyArrivals::default(),
        payments: WorkQueue::default(),
        refunds: WorkQueue::default(),
        shows: Arc::new(Notify::new()),
        inquiry_limit: InquiryLimit::default(),
        record_limit: InquiryLimit::default(),
        card_settings: options.cards,
    };
    service.loops.extend(listeners::all(&platform, &ports).await?);
    let person = person::PartyData::new(ports.store.clone());
    service.loops.push(::service::person::listener(NAME, &ports.store, &platform, person).await?);
    service.loops.extend(loops(&ports));
    service.metrics = metric_descriptions::METRICS;
    service.routes = Routes::on_ports(code::ALL, ports, routes::configure);
    Ok(service)
}

fn loops(ports: &Ports) -> [Loop; 11] {
    let (own, store) = (|| ports.clone(), (&ports.store, &ports.clock));
    [
        steps!("payments.drive_payments", Drive::<Payment>::new(own())),
        steps!("payments.reconcile_payments", Reconcile::<Payment>::new(own())),
        steps!("payments.drive_refunds", Drive::<Refund>::new(own())),
        steps!("payments.reconcile_refunds", Reconcile::<Refund>::new(own())),
        steps!("payments.refund_cancelled_shows", RefundCancelledShows(own())),
        Loop::periodic(
            "payments.inquire_before_deadlines",
            (inquire_before_deadlines::PERIOD, ports.clock.clone()),
            own(),
            inquire_before_deadlines,
        ),
        steps!("payments.reconcile_provider", ReconcileProvider::new(own())),
        Loop::forgetting::<KeyedOperation>(
            "payments.forget_attempts",
            store,
            ("by_age", RESPONSES_KEPT),
        ),
        Loop::forgetting::<CardAttempts>(
            "payments.forget_card_attempts",
            store,
            ("by_end", Duration::ZERO),
        ),
        steps!("payments.process_events", ProcessEvents::new(own())),
        Loop::forgetting::<ProviderEvent>("payments.forget_events", store, ("by_age", EVENTS_KEPT)),
    ]
}

/// Registers counters of alerts at zero: an alert cannot detect the first increase of a new one.
fn count_from_zero() {
    metrics::counter!("orders_unpaid_total").increment(0);
    for outcome in ["succeeded", "declined"] {
        metrics::counter!("card_attempts_total", "outcome" => outcome).increment(0);
    }
    for end in ["succeeded", "failed", "came_back"] {
        metrics::counter!("refunds_ended_total", "end" => end).increment(0);
    }
}

/// Opens the service with the configured provider; the built-in one has its own store on `ledger`.
async fn service_on_provider(
    platform: Platform,
    ledger: Engine,
    settings: &Settings,
) -> Result<Service, Unavailable> {
    let options =
        Options { webhook_secrets: settings.webhook_secrets.clone(), cards: settings.cards };
    match &settings.provider {
        Provider::Test => {
            let (clock, ids) = (platform.clock.clone(), platform.ids.clone());
            let (provider, ledger) = TestProvider::open(ledger, clock, ids).await?;
            let mut service = service(platform, Arc::new(provider), options).await?;
            service.stores.push(ledger);
            Ok(service)
        }
        Provider::Stripe(stripe) => {
            service(platform, Arc::new(StripeGateway::of(stripe)?), options).await
        }
    }
}
