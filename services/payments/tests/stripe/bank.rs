//! The gateway and the provider that it talks to, which is served on a port of its own.

use std::net::TcpListener;
use std::time::Duration;

use contract::{Currency, Id, Money, PaymentId, Timestamp};
use payments::PaymentGateway as _;
use payments::domain::{Standing, Token};
use payments::gateway::{Known, Opened, Opening};
use payments::stripe::settings::ReturnUrl;
use payments::stripe::{StripeGateway, StripeSettings};
use provider_simulator::http::{Deliveries, Options, Simulator};
use provider_simulator::{EntryKind, Fault, FaultKind, Operation};
use service::Secret;
use sources::Clock;
use store::Unavailable;

/// The key that tests show the provider.
pub(crate) const KEY: &str = "sk_test_51HideThisKey";

/// Time that the provider has: more than it needs, less than anybody waits for a test.
const TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) struct Bank {
    pub(crate) simulator: Simulator,
    pub(crate) gateway: StripeGateway,
    last: std::sync::atomic::AtomicU8,
}

/// The provider, and how it is reached.
pub(crate) fn provider() -> (Simulator, StripeSettings) {
    let clock = Clock::manual(Timestamp::from_unix_ms(1_795_262_400_000)).0;
    let (webhook, deliveries) = (None, Deliveries::Manual);
    let options = Options { seed: 1, clock, webhook, deliveries, base: None };
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let simulator = Simulator::start(listener, options).unwrap();
    let url = simulator.url();
    let secret_key = Secret::new(KEY);
    (simulator, StripeSettings { secret_key, url, timeout: TIMEOUT, return_url: None })
}

impl Bank {
    pub(crate) fn open() -> Self {
        Self::set(|_| {})
    }

    /// With other settings.
    pub(crate) fn set(change: impl FnOnce(&mut StripeSettings)) -> Self {
        let (simulator, mut settings) = provider();
        change(&mut settings);
        let gateway = StripeGateway::of(&settings).unwrap();
        Self { simulator, gateway, last: 0.into() }
    }

    /// With a way back for payers.
    pub(crate) fn with_a_way_back() -> Self {
        let url = ReturnUrl::parse("https://shop.example/paid/{id}?from=bank").unwrap();
        Self::set(|settings| settings.return_url = Some(url))
    }

    /// Makes a payment known.
    pub(crate) async fn opened(&self) -> Paying<'_> {
        let paying = self.payment(Money::new(2_050, Currency::USD));
        paying.opened().await
    }

    /// A payment whose money is held.
    pub(crate) async fn held(&self) -> Paying<'_> {
        let paying = self.opened().await;
        assert_eq!(paying.confirm("pm_card_visa").await.unwrap(), Standing::Held);
        paying
    }

    /// A payment whose money was taken.
    pub(crate) async fn captured(&self) -> Paying<'_> {
        let paying = self.held().await;
        assert_eq!(paying.capture().await.unwrap(), Standing::Captured);
        paying
    }

    /// A payment that the provider has not heard of.
    pub(crate) fn payment(&self, amount: Money) -> Paying<'_> {
        let number = self.last.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let payment_id = PaymentId::new(Id::from_bytes([number; 12]));
        Paying { bank: self, payment_id, amount, reference: String::new() }
    }

    /// Plans what goes wrong with the next call of a kind.
    pub(crate) fn plan(&self, kind: FaultKind, operation: Operation) {
        self.simulator.with(|provider, _| provider.plan(Fault::once(kind).on(operation)));
    }

    /// How many payments the provider knows.
    pub(crate) fn intents(&self) -> usize {
        self.simulator.with(|provider, _| provider.intents().len())
    }
}

/// A payment at the gateway.
pub(crate) struct Paying<'b> {
    bank: &'b Bank,
    pub(crate) payment_id: PaymentId,
    pub(crate) amount: Money,
    pub(crate) reference: String,
}

impl Paying<'_> {
    pub(crate) async fn try_open(&self) -> Result<Opened, Unavailable> {
        let opening = Opening { payment_id: self.payment_id, amount: self.amount };
        self.bank.gateway.open(opening).await
    }

    pub(crate) async fn opened(mut self) -> Self {
        match self.try_open().await.unwrap() {
            Opened::Known { reference } => self.reference = reference,
            Opened::Refused { reason } => panic!("refused: {reason}"),
        }
        self
    }

    pub(crate) fn known(&self) -> Known<'_> {
        let Self { payment_id, amount, reference, .. } = self;
        Known { payment_id: *payment_id, reference, amount: *amount }
    }

    pub(crate) async fn confirm(&self, token: &str) -> Result<Standing, Unavailable> {
        let token = Token::try_from(token.to_owned()).unwrap();
        self.bank.gateway.confirm(self.known(), &token).await
    }

    pub(crate) async fn capture(&self) -> Result<Standing, Unavailable> {
        self.bank.gateway.capture(self.known()).await
    }

    pub(crate) async fn void(&self) -> Result<Standing, Unavailable> {
        self.bank.gateway.void(self.known()).await
    }

    pub(crate) async fn inquire(&self) -> Result<Standing, Unavailable> {
        self.bank.gateway.inquire(self.known()).await
    }

    /// What happened to its money, by the provider's own ledger.
    pub(crate) fn ledger(&self) -> Vec<(EntryKind, i64)> {
        self.bank.simulator.with(|provider, _| {
            let entries = provider.ledger().of(&self.reference);
            entries.map(|entry| (entry.kind, entry.amount)).collect()
        })
    }
}
