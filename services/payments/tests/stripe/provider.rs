//! The gateway, and the simulated provider on a separate port.

use std::time::Duration;

use contract::{Money, PaymentId, Timestamp};
use payments::PaymentGateway as _;
use payments::domain::{ProviderStatus, Token};
use payments::provider::gateway::{OpenRequest, OpenResult, ProviderPayment};
use payments::provider::stripe::settings::ReturnUrl;
use payments::provider::stripe::{StripeGateway, StripeSettings};
use provider_simulator::http::{Deliveries, Simulator};
use provider_simulator::{EntryKind, Fault, FaultKind, Operation, Provider};
use sources::Clock;
use store::Unavailable;
use testing::samples::{id, usd};

/// The API key of the tests.
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

    /// With changed settings.
    pub(crate) fn set(change: impl FnOnce(&mut StripeSettings)) -> Self {
        let (simulator, mut settings) = provider_and_settings();
        change(&mut settings);
        let gateway = StripeGateway::of(&settings).unwrap();
        Self { simulator, gateway, last: 0.into() }
    }

    /// With a return URL for payers.
    pub(crate) fn with_a_way_back() -> Self {
        let url = ReturnUrl::parse("https://shop.example/paid/{id}?from=provider").unwrap();
        Self::set(|settings| settings.return_url = Some(url))
    }

    /// Creates a payment at the provider.
    pub(crate) async fn opened(&self) -> Paying<'_> {
        self.payment(usd(2_050)).opened().await
    }

    /// An authorised payment.
    pub(crate) async fn held(&self) -> Paying<'_> {
        let paying = self.opened().await;
        assert_eq!(paying.confirm("pm_card_visa").await.unwrap(), ProviderStatus::Held);
        paying
    }

    /// A captured payment.
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

    /// Plans a fault of the next call of an operation.
    pub(crate) fn plan(&self, kind: FaultKind, operation: Operation) {
        self.simulator.with(|provider, _| provider.faults.push(Fault::once(kind).on(operation)));
    }

    /// Runs an action of an operator or of a payer's bank at the provider.
    pub(crate) fn act<T>(&self, act: impl FnOnce(&mut Provider, Timestamp) -> T) -> T {
        self.simulator.with(act)
    }

    /// Number of payments at the provider.
    pub(crate) fn intents(&self) -> usize {
        self.simulator.with(|provider, _| provider.intents.len())
    }
}

/// A payment at the gateway.
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
