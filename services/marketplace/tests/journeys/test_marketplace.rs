//! The whole marketplace in a test app: all services, one process, a manual clock.

use std::num::NonZeroU32;
use std::time::Duration;

use contract::catalogue::services;
use contract::envelope::ReceivedEvent;
use derive_more::Deref;
use marketplace::compose;
use payments::TestProvider;
use payments::provider::test_provider::{EntryKind, Intent};
use service::ServiceSettings;
use sources::Trace;
use tempfile::TempDir;
use testing::marketplace::Engines;
use testing::test_app::server_options;
use testing::{Platforms, TestApp};
use web::{SeenStorage, Sessions};

pub(crate) type TestMarketplace = testing::TestMarketplace<InProcess>;

#[derive(Deref)]
pub(crate) struct InProcess {
    pub(crate) platforms: Platforms,
    #[deref(forward)]
    pub(crate) app: TestApp,
    provider: TestProvider,
    /// The directory of mails, which this value deletes.
    _mails: TempDir,
}

/// Mails per second: no mail waits for the one before it.
const MAIL_RATE: NonZeroU32 = NonZeroU32::MAX;

/// A marketplace on memory engines.
pub(crate) async fn open() -> TestMarketplace {
    open_on(Platforms::in_memory()).await
}

pub(crate) async fn open_on(platforms: Platforms) -> TestMarketplace {
    open_with(platforms, ServiceSettings::default()).await
}

pub(crate) async fn open_with(
    platforms: Platforms,
    mut settings: ServiceSettings,
) -> TestMarketplace {
    let sessions = Sessions { seen_storage: SeenStorage::memory(), ..platforms.sessions() };
    settings.change(|auth: &mut auth::Settings| {
        auth.hashing = auth::hashing::Cost { memory_kib: 8, passes: 1 };
    });
    let mails = TempDir::new().unwrap();
    settings.change(|mail: &mut mail::Settings| {
        mail.mail_dir = Some(mails.path().to_owned());
        mail.mail_rate = MAIL_RATE;
    });
    let platform = |name| platforms.platform_with(name, sessions.clone());
    let options = server_options(&platforms, sessions.clone());
    let own_address = options.listener.local_addr().ok();
    settings.change(|pages: &mut storefront::Settings| pages.own_address = own_address);
    let services = compose(platform, &platforms.key, settings).await.unwrap();
    // The last store of payments is the ledger of the built-in provider.
    let payments = services.iter().find(|service| service.name == payments::NAME).unwrap();
    let (ledger, _) = payments.stores.last().unwrap();
    let provider = TestProvider::on(ledger.clone(), platforms.clock.clone());
    let app = TestApp::serve(&platforms, services, options);
    TestMarketplace::new(InProcess { platforms, app, provider, _mails: mails })
}

/// Stops everything as a crash does, and starts it again on the stored state.
pub(crate) async fn crash_and_restart(marketplace: TestMarketplace) -> TestMarketplace {
    restart_with(marketplace, ServiceSettings::default()).await
}

/// The same, with other settings.
pub(crate) async fn restart_with(
    marketplace: TestMarketplace,
    settings: ServiceSettings,
) -> TestMarketplace {
    let InProcess { platforms, app, provider, _mails: mails } = marketplace.engines;
    app.kill().await;
    drop((provider, mails));
    open_with(platforms.reopened(), settings).await
}

impl Engines for InProcess {
    async fn eventually(&self, fact: &str, holds: impl AsyncFn() -> bool) {
        self.app.eventually(fact, holds).await;
    }

    async fn let_the_deadline_pass(&self) {
        self.pass(Duration::from_mins(1));
        tokio::task::yield_now().await;
    }

    /// By the provider's own ledger; none may be left held.
    async fn captured(&self) -> i64 {
        let settled = || async {
            self.provider.ledger().await.unwrap().iter().all(|intent| {
                let ends = [EntryKind::Captured, EntryKind::Voided].map(|kind| intent.has(kind));
                !intent.has(EntryKind::Authorized)
                    || ends.into_iter().filter(|end| *end).count() == 1
            })
        };
        self.app.eventually("no money is left held", settled).await;
        let ledger = self.provider.ledger().await.unwrap();
        let captured = ledger.iter().filter(|intent| intent.has(EntryKind::Captured));
        captured.map(|intent| intent.amount.minor_units).sum()
    }

    async fn refunded(&self) -> i64 {
        self.provider.ledger().await.unwrap().iter().map(Intent::refunded).sum()
    }
}

impl InProcess {
    pub(crate) fn pass(&self, duration: Duration) {
        self.app.clock().advance(duration);
    }

    /// The token of the newest mail to an address whose link leads to a page.
    pub(crate) async fn token_mailed_to(&self, email: &str, page: &str) -> String {
        let has_come = || async { self.app.mailed_token(email, page).await.is_some() };
        self.app.eventually(&format!("a mail to {email} leads to {page}"), has_come).await;
        self.app.mailed_token(email, page).await.unwrap()
    }

    /// Waits until nothing is in flight: outboxes empty, every message settled.
    pub(crate) async fn quiet(&self) {
        let is_quiet = || async {
            for name in services::names() {
                if !self.app.store(name).outbox().read(1).await.unwrap().is_empty() {
                    return false;
                }
            }
            self.platforms.bus.lag().await.unwrap().iter().all(|lag| lag.unsettled == 0)
        };
        self.app.eventually("nothing is in flight", is_quiet).await;
    }

    /// The traces of the messages of a type.
    pub(crate) async fn traces_of(&self, type_name: &str) -> Vec<String> {
        let trace = |event: &ReceivedEvent<'_>| {
            event.traceparent.as_deref().and_then(Trace::parse).unwrap().trace_id()
        };
        self.app.published_events(contract::message::subject(type_name), trace).await
    }
}
