//! The whole marketplace on memory engines, with a record of every write.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use auth::documents::{DEVICES, GUESSES};
use auth::hashing::Cost;
use contract::session::TOKEN_LIFETIME_MAX;
use marketplace::compose;
use parking_lot::Mutex;
use payments::provider::stripe::WebhookSecrets;
use service::server::LoopDriver;
use service::{Platform, ServerOptions, ServiceSettings};
use store::batch::{Batch, Write};
use store::{Engine, MemoryEngine};
use tempfile::TempDir;
use testing::test_app::server_options;
use testing::{Platforms, TestApp};
use web::RateLimits;

/// The provider's signing secret for events.
pub(crate) const WEBHOOK_SECRET: &str = "whsec_at_the_edges";

/// Time to pay an order: longer than all tables together advance the clock.
pub(crate) const ORDER_WINDOW: Duration = Duration::from_mins(10);

/// Mails per second: no mail waits for the one before it, so that a request has no effect of an
/// earlier one.
const MAIL_RATE: NonZeroU32 = NonZeroU32::MAX;

/// All services in one process. Their loops are stepped by hand, so only requests write.
pub(crate) struct TestMarketplace {
    pub(crate) platforms: Platforms,
    pub(crate) app: TestApp,
    written: Arc<Mutex<Vec<String>>>,
    counted: AtomicU32,
    /// The directory of mails, which this value deletes.
    _mails: TempDir,
}

impl TestMarketplace {
    pub(crate) async fn open() -> Self {
        let platforms = Platforms::in_memory();
        let written: Arc<Mutex<Vec<String>>> = Arc::default();
        let sessions = platforms.sessions();
        let platform = |name: &'static str| {
            let written = Arc::clone(&written);
            let noting = move |batch: &Batch| written.lock().extend(notes(name, batch));
            let engine = Engine::Memory(MemoryEngine::default().watched(noting));
            Platform { engine, ..platforms.platform_with(name, sessions.clone()) }
        };
        let mut settings = ServiceSettings::default();
        settings.change(|orders: &mut orders::Settings| orders.order_window = ORDER_WINDOW);
        settings.change(|auth: &mut auth::Settings| {
            auth.lifetimes.token = TOKEN_LIFETIME_MAX;
            auth.hashing = Cost { memory_kib: 8, passes: 1 };
        });
        settings.change(|payments: &mut payments::Settings| {
            payments.webhook_secrets = WebhookSecrets::parse(WEBHOOK_SECRET).unwrap();
        });
        let mails = TempDir::new().unwrap();
        settings.change(|mail: &mut mail::Settings| {
            mail.mail_dir = Some(mails.path().to_owned());
            mail.mail_rate = MAIL_RATE;
        });
        let options = ServerOptions {
            limits: RateLimits { trusted_proxies: 1, ..RateLimits::default() },
            loops: LoopDriver::Manual,
            ..server_options(&platforms, sessions.clone())
        };
        let own_address = options.listener.local_addr().ok();
        settings.change(|pages: &mut storefront::Settings| {
            pages.own_address = own_address;
            let text = concat!(env!("CARGO_MANIFEST_DIR"), "/../../LICENSE-MIT");
            pages.texts = vec![("imprint", text.into())];
        });
        let services = compose(platform, &platforms.key, settings).await.unwrap();
        let app = TestApp::serve(&platforms, services, options);
        app.settle().await;
        Self { platforms, app, written, counted: AtomicU32::new(0), _mails: mails }
    }

    /// A new number on each call.
    pub(crate) fn count(&self) -> u32 {
        self.counted.fetch_add(1, Ordering::Relaxed)
    }

    /// The writes since the previous call.
    pub(crate) fn written(&self) -> Vec<String> {
        std::mem::take(&mut self.written.lock())
    }
}

/// The documents and messages that a batch writes, one line each. Attempts to guess a password are
/// left out, since they are stored whatever the response.
fn notes(store: &str, batch: &Batch) -> Vec<String> {
    let documents = batch.writes.iter().map(|Write { expected, content }| {
        let does = match (expected.version, content) {
            (_, None) => "removes",
            (None, Some(_)) => "adds",
            (Some(_), Some(_)) => "changes",
        };
        (does, expected.collection, &expected.id)
    });
    let documents = documents
        .filter(|(_, collection, _)| ![GUESSES.name, DEVICES.name].contains(&collection.name))
        .map(|(does, collection, id)| format!("{store} {does} {} {id}", collection.name));
    let messages = batch.outbox.iter().map(|entry| format!("{store} tells {}", entry.subject));
    documents.chain(messages).collect()
}
