//! Reads the evidence: every store through the store's own API, the provider's ledger, the bus.
//! Reads the documents of all users.
//!
//! | module | holds |
//! |---|---|
//! | `read_orders` | orders, with their copies and deadlines |
//! | `read_money` | payments and the provider's ledger |
//! | `read_refunds` | refunds, in payments and at the provider |
//! | `read_stock` | tickets and inventories |
//! | `read_persons` | erased persons, and their remaining data |
//! | `read_sessions` | sessions and accounts, and the copies of revocations |

mod read_money;
mod read_orders;
mod read_persons;
mod read_refunds;
mod read_sessions;
mod read_stock;

use bus::Bus;
use expiration::Deadline;
use marketplace::services::in_order;
use payments::domain::Refund;
use payments::provider::test_provider::{EntryKind, Intent};
use payments::{Payment, TestProvider};
use sources::{Clock, Ids};
use store::{Document, Engine, Options, Query, Store, Unavailable};
use testing::checker::Evidence;
use testing::load::Journal;

/// Documents of one read.
const PAGE: u32 = 500;

/// Maximum number of outbox entries counted: a single one already shows that the system is not at
/// rest.
const OUTBOX_MAX: usize = 1_000;

/// The stores of all services and the bus, opened for reading.
pub(crate) struct Reader {
    stores: Vec<(&'static str, Store)>,
    provider: TestProvider,
    bus: Bus,
}

impl Reader {
    /// Opens the store of each service on the engine of its name.
    ///
    /// # Errors
    /// [`Unavailable`] when a store cannot be opened; the other functions here return it for a
    /// failed read.
    pub(crate) async fn open(
        engine: impl Fn(&str) -> Engine,
        bus: Bus,
    ) -> Result<Self, Unavailable> {
        let ids = Ids::random();
        let ids = ids.map_err(|error| Unavailable::caused_by("cannot make ids", error))?;
        let mut stores = Vec::new();
        for definition in in_order() {
            let source = definition.name();
            let collections =
                [definition.collections, &[&service::revocations::COLLECTION]].concat();
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

    /// Whether nothing is in flight: checked twice, since a message may move during the first check
    /// to a place that was already checked.
    pub(crate) async fn is_quiet(&self) -> Result<bool, Unavailable> {
        Ok(self.is_quiet_once().await? && self.is_quiet_once().await?)
    }

    /// Whether outboxes are empty, every message is acknowledged, and no request to the provider is
    /// due.
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
        let lag = self.bus.lag().await?;
        Ok(payments.is_empty() && refunds.is_empty() && lag.iter().all(|lag| lag.unsettled == 0))
    }

    /// Total minor units that the provider has captured.
    pub(crate) async fn captured(&self) -> Result<i64, Unavailable> {
        let ledger = self.provider.ledger().await?;
        let taken = ledger.iter().filter(|intent| intent.has(EntryKind::Captured));
        Ok(taken.map(|intent| intent.amount.minor_units).sum())
    }

    /// Total minor units that the provider has refunded.
    pub(crate) async fn refunded(&self) -> Result<i64, Unavailable> {
        Ok(self.provider.ledger().await?.iter().map(Intent::refunded).sum())
    }

    /// The input of the checker, with the journal of the customers if one was recorded.
    pub(crate) async fn evidence(&self, journal: Option<Journal>) -> Result<Evidence, Unavailable> {
        let mut evidence = Evidence::at(Clock::System.now(), journal);
        self.read_orders(&mut evidence).await?;
        self.read_money(&mut evidence).await?;
        self.read_refunds(&mut evidence).await?;
        self.read_stock(&mut evidence).await?;
        self.read_sessions(&mut evidence).await?;
        self.read_persons(&mut evidence).await?;
        for (name, store) in &self.stores {
            let entries = store.outbox().read(OUTBOX_MAX).await?;
            evidence.outboxes.push(((*name).to_owned(), entries.len()));
        }
        evidence.lag = self.bus.lag().await?;
        evidence.dead_letters = self.bus.dead_letters(None).await?;
        Ok(evidence)
    }

    /// Every deadline, pending or not.
    pub(crate) async fn deadlines(&self) -> Result<Vec<Deadline>, Unavailable> {
        every(self.store(expiration::NAME)?).await
    }
}

/// Every document of a kind, page by page.
async fn every<D: Document>(store: &Store) -> Result<Vec<D>, Unavailable> {
    store.pages(PAGE).all().await
}
