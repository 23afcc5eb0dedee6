//! The gateway, and the simulated provider on a separate port; neither reveals a secret.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use contract::{Money, PaymentId, Timestamp};
use parking_lot::Mutex;
use payments::PaymentGateway as _;
use payments::domain::{ProviderStatus, Token};
use payments::provider::gateway::{OpenRequest, OpenResult, ProviderPayment};
use payments::provider::stripe::settings::ReturnUrl;
use payments::provider::stripe::{StripeGateway, StripeSettings};
use provider_simulator::FaultKind::{self, DelayResponse, KeepError, LoseResponse};
use provider_simulator::Operation::{self, ConfirmIntent, CreateIntent, RetrieveIntent};
use provider_simulator::http::{Deliveries, Simulator};
use provider_simulator::{Action, EntryKind, Fault};
use service::telemetry::{Colours, LogFormat, log_filter, subscriber};
use sources::Clock;
use store::Unavailable;
use testing::samples::{id, usd};

pub(crate) const KEY: &str = "sk_test_51HideThisKey";

/// Timeout of the provider: more than it needs, and short for a test.
const TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) struct StripeProvider {
    pub(crate) simulator: Simulator,
    pub(crate) gateway: StripeGateway,
    last: std::sync::atomic::AtomicU8,
}

/// The provider, and the settings to reach it.
pub(crate) fn provider_and_settings() -> (Simulator, StripeSettings) {
    let clock = Clock::manual(Timestamp::from_unix_ms(1_795_262_400_000)).0;
    let simulator = Simulator::start_local(clock, None, Deliveries::Manual).unwrap();
    let url = simulator.url();
    let secret_key = KEY.into();
    (simulator, StripeSettings { secret_key, url, timeout: TIMEOUT, return_url: None })
}

impl StripeProvider {
    pub(crate) fn open() -> Self {
        Self::set(|_| {})
    }

    pub(crate) fn set(change: impl FnOnce(&mut StripeSettings)) -> Self {
        let (simulator, mut settings) = provider_and_settings();
        change(&mut settings);
        let gateway = StripeGateway::of(&settings).unwrap();
        Self { simulator, gateway, last: 0.into() }
    }

    /// With a return URL for payers.
    pub(crate) fn with_return_url() -> Self {
        let url = ReturnUrl::parse("https://shop.example/paid/{id}?from=provider").unwrap();
        Self::set(|settings| settings.return_url = Some(url))
    }

    pub(crate) async fn opened(&self) -> Paying<'_> {
        self.payment(usd(2_050)).opened().await
    }

    pub(crate) async fn held(&self) -> Paying<'_> {
        let paying = self.opened().await;
        assert_eq!(paying.confirm("pm_card_visa").await.unwrap(), ProviderStatus::Held);
        paying
    }

    pub(crate) async fn captured(&self) -> Paying<'_> {
        let paying = self.held().await;
        assert_eq!(paying.capture().await.unwrap(), ProviderStatus::Captured);
        paying
    }

    /// A payment that is not created at the provider.
    pub(crate) fn payment(&self, amount: Money) -> Paying<'_> {
        let number = self.last.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Paying { provider: self, payment_id: id(number), amount, reference: String::new() }
    }

    pub(crate) fn plan(&self, kind: FaultKind, operation: Operation) {
        self.simulator.with(|provider, _| provider.faults.push(Fault::once(kind).on(operation)));
    }

    /// Runs an action of an operator or of a payer's bank on the provider's object with this id.
    pub(crate) fn act(&self, action: Action, id: &str) {
        self.simulator.with(|provider, now| provider.act(action, id, now)).unwrap();
    }

    pub(crate) fn intents(&self) -> usize {
        self.simulator.with(|provider, _| provider.intents.len())
    }
}

pub(crate) struct Paying<'b> {
    provider: &'b StripeProvider,
    pub(crate) payment_id: PaymentId,
    pub(crate) amount: Money,
    pub(crate) reference: String,
}

impl Paying<'_> {
    pub(crate) async fn try_open(&self) -> Result<OpenResult, Unavailable> {
        let opening = OpenRequest { payment_id: self.payment_id, amount: self.amount };
        self.provider.gateway.open(opening).await
    }

    pub(crate) async fn opened(mut self) -> Self {
        match self.try_open().await.unwrap() {
            OpenResult::Opened { reference } => self.reference = reference,
            OpenResult::Rejected { reason } => panic!("refused: {reason}"),
        }
        self
    }

    pub(crate) fn known(&self) -> ProviderPayment<'_> {
        let Self { payment_id, amount, reference, .. } = self;
        ProviderPayment { payment_id: *payment_id, reference, amount: *amount }
    }

    pub(crate) async fn confirm(&self, token: &str) -> Result<ProviderStatus, Unavailable> {
        let token = Token::try_from(token.to_owned()).unwrap();
        self.provider.gateway.confirm(self.known(), &token).await
    }

    pub(crate) async fn capture(&self) -> Result<ProviderStatus, Unavailable> {
        self.provider.gateway.capture(self.known()).await
    }

    pub(crate) async fn void(&self) -> Result<ProviderStatus, Unavailable> {
        self.provider.gateway.void(self.known()).await
    }

    pub(crate) async fn inquire(&self) -> Result<ProviderStatus, Unavailable> {
        self.provider.gateway.inquire(self.known()).await
    }

    /// The movements of its money in the provider's ledger.
    pub(crate) fn ledger(&self) -> Vec<(EntryKind, i64)> {
        self.provider.simulator.with(|provider, _| {
            let entries = provider.ledger.of(&self.reference);
            entries.map(|entry| (entry.kind, entry.amount)).collect()
        })
    }
}

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    fn logging(&self, levels: &str) -> impl tracing::Subscriber + Send + Sync + use<> {
        let paper = self.clone();
        let levels = log_filter(levels).unwrap();
        subscriber(levels, LogFormat::Text, Colours::None, move || paper.clone())
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_errors_and_debug_output_contain_no_secret() {
    let paper = Paper::default();
    // All log levels, including those of the client, which is silent by default.
    let logging = tracing::subscriber::set_default(paper.logging("trace,stripe=trace"));
    let mut texts: Vec<String> = Vec::new();
    let provider = StripeProvider::set(|settings| settings.timeout = Duration::from_millis(500));
    let paying = provider.opened().await;
    let status = paying.confirm("pm_card_authenticationRequired").await.unwrap();
    let ProviderStatus::Challenged(challenge) = &status else { panic!("no challenge") };
    let client_secret = challenge.client_secret.clone();
    texts.push(format!("{status:?}"));
    for token in ["tok_of_nobody_HideThisToken", "pm_of_nobody_HideThisToken"] {
        let refused = provider.opened().await.confirm(token).await;
        texts.push(format!("{refused:?}"));
    }
    provider.opened().await.confirm("pm_card_chargeDeclined").await.unwrap();
    for fault in [LoseResponse, KeepError { status: 500 }, DelayResponse { ms: 3_600_000 }] {
        provider.plan(fault, RetrieveIntent);
        let error = paying.inquire().await.unwrap_err();
        texts.push(format!("{error:?} {}", error.chain()));
    }
    provider.plan(LoseResponse, CreateIntent);
    let error = provider.payment(paying.amount).try_open().await.unwrap_err();
    texts.push(format!("{error:?} {}", error.chain()));
    provider.plan(KeepError { status: 500 }, ConfirmIntent);
    let error = paying.confirm("pm_HideThisToken").await.unwrap_err();
    texts.push(format!("{error:?} {}", error.chain()));
    let revoked = StripeProvider::set(|settings| {
        settings.secret_key = "sk_revoked_HideThisKey".into();
    });
    let error = revoked.payment(paying.amount).try_open().await.unwrap_err();
    texts.push(format!("{error:?} {} {:?}", error.chain(), revoked.gateway));
    texts.push(format!("{:?}", provider_and_settings().1));
    drop(logging);
    let texts = texts.join("\n");
    let logged = String::from_utf8(paper.0.lock().clone()).unwrap();
    assert!(logged.contains("stripe::hyper::client"), "no output of the client: {logged}");
    for (text, name) in [(&texts, "errors"), (&logged, "logs")] {
        for secret in [KEY, &client_secret, "HideThisKey", "HideThisToken"] {
            assert!(!text.contains(secret), "{name} show {secret}: {text}");
        }
    }
}

#[test]
fn stripes_client_logs_only_if_it_is_enabled() {
    for (levels, is_heard) in [
        ("warn", false),
        ("trace", false),
        ("info,payments=debug", false),
        ("info,stripe=warn", true),
        ("stripe=warn", true),
    ] {
        let paper = Paper::default();
        tracing::subscriber::with_default(paper.logging(levels), || {
            tracing::warn!(target: "stripe::hyper::client", "request returned error status: 402");
        });
        assert_eq!(!paper.0.lock().is_empty(), is_heard, "{levels}");
    }
}
