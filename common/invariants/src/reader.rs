//! Reads the evidence: every store through the store's own API, the provider's ledger, the bus.

use bus::Bus;
use contract::Timestamp;
use expiration::Deadline;
use mail::domain::Letter;
use payments::domain::{Refund, Sale, ShowRefunds};
use payments::provider::test_provider::{EntryKind, Intent};
use payments::{Payment, TestProvider};
use service::{ServiceDefinition, revocations};
use sources::{Clock, Ids};
use store::{Document, Engine, Options, Query, Store, Unavailable};
use testing::load::Journal;
use tickets::domain::ImageFile;

use crate::evidence::{Evidence, IntentFacts, ProviderRefundFacts};

const PAGE: u32 = 500;

/// Maximum number of outbox entries counted: one already shows that the system is not at rest.
const OUTBOX_MAX: usize = 1_000;

/// The stores of all services and the bus, opened for reading.
pub struct Reader {
    stores: Vec<(&'static str, Store)>,
    provider: TestProvider,
    bus: Bus,
}

impl Reader {
    /// Opens the store of each of these services on the engine of its name.
    ///
    /// # Errors
    /// [`Unavailable`] when a store cannot be opened; the other functions here return it for a
    /// failed read.
    pub async fn open(
        services: impl IntoIterator<Item = &'static ServiceDefinition>,
        engine: impl Fn(&str) -> Engine,
        bus: Bus,
    ) -> Result<Self, Unavailable> {
        let ids = Ids::random();
        let ids = ids.map_err(|error| Unavailable::caused_by("cannot make ids", error))?;
        let mut stores = Vec::new();
        for definition in services {
            let source = definition.name();
            let collections = [definition.collections, &[&revocations::COLLECTION]].concat();
            let options = Options { source, collections, clock: Clock::System, ids: ids.clone() };
            let (store, _) = Store::open(engine(source), options).await?;
            stores.push((source, store));
        }
        let ledger = engine(TestProvider::NAME);
        let (provider, _) = TestProvider::open(ledger, Clock::System, ids).await?;
        Ok(Self { stores, provider, bus })
    }

    fn store(&self, service: &str) -> Result<&Store, Unavailable> {
        let found = self.stores.iter().find(|(name, _)| *name == service);
        let missing = || Unavailable::new(format!("the store of {service} is not open"));
        found.map(|(_, store)| store).ok_or_else(missing)
    }

    async fn every<D: Document>(&self, service: &str) -> Result<Vec<D>, Unavailable> {
        self.store(service)?.pages(PAGE).all().await
    }

    /// Whether nothing is in flight: checked twice, since a message may move during the first check
    /// to a place that was already checked.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn is_quiet(&self) -> Result<bool, Unavailable> {
        Ok(self.is_quiet_once().await? && self.is_quiet_once().await?)
    }

    /// Whether outboxes are empty, every message is acknowledged, no request to the provider is
    /// due, and no cancelled show owes a refund.
    async fn is_quiet_once(&self) -> Result<bool, Unavailable> {
        for (_, store) in &self.stores {
            if !store.outbox().read(1).await?.is_empty() {
                return Ok(false);
            }
        }
        let store = self.store(payments::NAME)?;
        let with_task = Query::on("with_task").equals(true).limit(1);
        let payments = store.query::<Payment>(with_task.clone()).await?;
        let refunds = store.query::<Refund>(with_task).await?;
        let is_idle = payments.is_empty() && refunds.is_empty() && !owes_refunds(store).await?;
        let lag = self.bus.lag().await?;
        Ok(is_idle && lag.iter().all(|lag| lag.unsettled == 0))
    }

    /// Whether no mail is to be sent at `now`.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn are_mails_sent(&self, now: Timestamp) -> Result<bool, Unavailable> {
        let due = Query::on("owed").equals(true).to(now).limit(1);
        Ok(self.store(mail::NAME)?.query::<Letter>(due).await?.is_empty())
    }

    /// Total minor units that the provider has captured, and that it has refunded.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn captured_and_refunded(&self) -> Result<(i64, i64), Unavailable> {
        let ledger = self.provider.ledger().await?;
        let captured = ledger.iter().map(|intent| facts(intent).taken).sum();
        Ok((captured, ledger.iter().map(Intent::refunded).sum()))
    }

    /// The input of the checker, with the journal of the customers if one was recorded.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn evidence(&self, journal: Option<Journal>) -> Result<Evidence, Unavailable> {
        let read_at = Clock::System.now();
        let (mut revocations, mut outboxes) = (Vec::new(), Vec::new());
        for (name, store) in &self.stores {
            revocations.push(((*name).to_owned(), revocations::active(store, read_at).await?));
            outboxes.push(((*name).to_owned(), store.outbox().read(OUTBOX_MAX).await?.len()));
        }
        let ledger = self.provider.ledger().await?;
        let images: Vec<ImageFile> = self.every(tickets::NAME).await?;
        Ok(Evidence {
            journal,
            read_at,
            disturbed: Vec::new(),
            tickets: self.every(tickets::NAME).await?,
            inventories: self.every(orders::NAME).await?,
            orders: self.every(orders::NAME).await?,
            shows: self.every(tickets::NAME).await?,
            sale_copies: self.every(tickets::NAME).await?,
            sale_sums: self.every(tickets::NAME).await?,
            images: images.into_iter().map(|file| (file.image_id, file.size)).collect(),
            reports: self.every(tickets::NAME).await?,
            reporters: self.every(tickets::NAME).await?,
            order_shows: self.every(orders::NAME).await?,
            holdings: self.every(orders::NAME).await?,
            network_holds: self.every(orders::NAME).await?,
            order_copies: self.every(payments::NAME).await?,
            deadlines: self.deadlines().await?,
            payments: self.every(payments::NAME).await?,
            refunds: self.every(payments::NAME).await?,
            disputes: self.every(payments::NAME).await?,
            sales: self.every(payments::NAME).await?,
            show_refunds: self.every(payments::NAME).await?,
            entries: self.every(payments::NAME).await?,
            accounts: self.every(payments::NAME).await?,
            intents: ledger.iter().map(facts).collect(),
            provider_refunds: ledger.iter().flat_map(provider_refunds).collect(),
            withdrawn: Vec::new(),
            sessions: self.every(auth::NAME).await?,
            users: self.every(auth::NAME).await?,
            addresses: self.every(auth::NAME).await?,
            person_requests: self.every(auth::NAME).await?,
            letters: self.every(mail::NAME).await?,
            bookings: self.every(mail::NAME).await?,
            contacts: self.every(mail::NAME).await?,
            admissions: self.every(admissions::NAME).await?,
            transfers: self.every(admissions::NAME).await?,
            links: self.every(auth::NAME).await?,
            mails: None,
            revocations,
            outboxes,
            lag: self.bus.lag().await?,
            dead_letters: self.bus.dead_letters(None).await?,
        })
    }

    /// Every deadline, pending or not.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn deadlines(&self) -> Result<Vec<Deadline>, Unavailable> {
        self.every(expiration::NAME).await
    }
}

/// Whether sales of a cancelled show are to be marked, or refunds are to be requested. A refund
/// waits for the decision of a bank on a dispute.
async fn owes_refunds(store: &Store) -> Result<bool, Unavailable> {
    let active = Query::on("active").equals(true).limit(PAGE);
    let shows: Vec<ShowRefunds> = store.pages_of(active).all().await?;
    if shows.is_empty() {
        return Ok(false);
    }
    let owed: Vec<Sale> = store.pages_of(Query::on("due").limit(PAGE)).all().await?;
    let is_waiting = |sale: &Sale| sale.frozen.minor_units > 0;
    Ok(shows.iter().any(|show| show.is_marking) || !owed.iter().all(is_waiting))
}

fn facts(intent: &Intent) -> IntentFacts {
    let times = |kind| intent.entries.iter().filter(|entry| entry.kind == kind).count();
    IntentFacts {
        payment_id: intent.payment_id,
        amount: intent.amount,
        authorized: times(EntryKind::Authorized),
        captured: times(EntryKind::Captured),
        voided: times(EntryKind::Voided),
        taken: intent.amount.minor_units * i64::from(intent.has(EntryKind::Captured)),
        captured_by_others: false,
        canceled_by_others: false,
    }
}

fn provider_refunds(intent: &Intent) -> impl Iterator<Item = ProviderRefundFacts> {
    let payment_id = intent.payment_id;
    intent.entries.iter().filter_map(move |entry| match entry.kind {
        EntryKind::Refunded { refund_id, amount } => {
            Some(ProviderRefundFacts { refund_id, payment_id, amount })
        }
        EntryKind::Authorized | EntryKind::Captured | EntryKind::Voided => None,
    })
}
