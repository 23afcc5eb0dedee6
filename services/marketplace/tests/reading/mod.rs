//! Reads the evidence: every store through the store's own API, the provider's ledger, the bus.

use std::collections::BTreeSet;

use bus::Bus;
use expiration::Deadline;
use expiration::domain::State;
use orders::{Inventory, Order};
use payments::documents::Attempt;
use payments::domain::Task;
use payments::test_provider::{EntryKind, Intent};
use payments::{OrderCopy, Payment, TestProvider};
use sources::{Clock, Ids};
use store::{Collection, Document, Engine, Key, Options, Position, Query, Store};
use testing::checker::Evidence;
use testing::checker::evidence::{
    DeadlineFacts, IntentFacts, InventoryFacts, PaymentFacts, TicketFacts,
};
use testing::load::Journal;
use tickets::Ticket;

/// Documents read at once.
const PAGE: u32 = 500;

/// Outbox entries counted at the most: that there are any is bad enough.
const OUTBOX_MAX: usize = 1_000;

/// The stores of the five services and the bus, opened for reading.
pub(crate) struct Reader {
    stores: Vec<(&'static str, Store)>,
    provider: TestProvider,
    bus: Bus,
}

impl Reader {
    /// Opens the store of each service on the engine of its name.
    pub(crate) async fn open(engine: impl Fn(&str) -> Engine, bus: Bus) -> Self {
        let services: [(&'static str, &[&'static Collection]); 5] = [
            (auth::NAME, auth::COLLECTIONS),
            (tickets::NAME, tickets::COLLECTIONS),
            (orders::NAME, orders::COLLECTIONS),
            (payments::NAME, payments::COLLECTIONS),
            (expiration::NAME, expiration::COLLECTIONS),
        ];
        let mut stores = Vec::new();
        for (source, collections) in services {
            let (clock, ids) = (Clock::System, Ids::random().unwrap());
            let options = Options { source, collections: collections.to_vec(), clock, ids };
            let (store, _) = Store::open(engine(source), options).await.unwrap();
            stores.push((source, store));
        }
        let (clock, ids) = (Clock::System, Ids::random().unwrap());
        let (provider, _) = TestProvider::open(engine("test-provider"), clock, ids).await.unwrap();
        Self { stores, provider, bus }
    }

    fn store(&self, service: &str) -> &Store {
        &self.stores.iter().find(|(name, _)| *name == service).unwrap().1
    }

    /// Whether nothing is on its way: looked at twice, since what leaves one place may have come to another behind the look.
    pub(crate) async fn is_quiet(&self) -> bool {
        self.looks_quiet().await && self.looks_quiet().await
    }

    /// Outboxes empty, every message acknowledged, nothing to be asked of the provider.
    async fn looks_quiet(&self) -> bool {
        for (_, store) in &self.stores {
            if !store.outbox().read(1).await.unwrap().is_empty() {
                return false;
            }
        }
        let with_task = Query::on("with_task").equals(true).limit(1);
        let with_task = self.store(payments::NAME).query::<Payment>(with_task).await.unwrap();
        with_task.is_empty() && self.bus.lag().await.unwrap().iter().all(|lag| lag.unsettled == 0)
    }

    /// Minor units that the provider has taken in all.
    pub(crate) async fn captured(&self) -> i64 {
        let ledger = self.provider.ledger().await.unwrap();
        let taken = ledger.iter().filter(|intent| intent.has(EntryKind::Captured));
        taken.map(|intent| intent.amount.minor_units).sum()
    }

    /// Everything that the checker looks at.
    pub(crate) async fn evidence(&self, journal: Journal) -> Evidence {
        let mut evidence = Evidence { journal, ..Evidence::default() };
        self.read_orders(&mut evidence).await;
        self.read_payments(&mut evidence).await;
        self.read_stock(&mut evidence).await;
        for (name, store) in &self.stores {
            let entries = store.outbox().read(OUTBOX_MAX).await.unwrap();
            evidence.outboxes.push(((*name).to_owned(), entries.len()));
        }
        evidence.lag = self.bus.lag().await.unwrap();
        evidence.dead_letters = self.bus.dead_letters(None).await.unwrap();
        evidence
    }

    /// Every deadline, pending or not.
    pub(crate) async fn deadlines(&self) -> Vec<Deadline> {
        let store = self.store(expiration::NAME);
        let mut deadlines = all(store, &Query::on("pending").equals(true), "expiresAt").await;
        deadlines.extend(all::<Deadline>(store, &Query::on("settled"), "settledAt").await);
        deadlines
    }

    /// Orders by their buyers, deadlines by time.
    async fn read_orders(&self, evidence: &mut Evidence) {
        let orders = self.store(orders::NAME);
        for buyer in &evidence.journal.buyers {
            let query = Query::on("by_buyer").equals(*buyer);
            let found: Vec<Order> = all(orders, &query, "createdAt").await;
            evidence.orders.extend(found.into_iter().map(|order| order.state));
        }
        let deadlines = self.deadlines().await;
        evidence.deadlines = deadlines
            .into_iter()
            .map(|deadline| DeadlineFacts {
                order_id: deadline.order_id,
                version: deadline.version,
                expires_at: deadline.expires_at,
                is_pending: deadline.state == State::Pending,
            })
            .collect();
    }

    /// The provider's ledger; payments by it, by their keys, and those that are unfinished; copies of every order heard of.
    async fn read_payments(&self, evidence: &mut Evidence) {
        let ledger = self.provider.ledger().await.unwrap();
        let times =
            |intent: &Intent, kind| intent.entries.iter().filter(|e| e.kind == kind).count();
        let store = self.store(payments::NAME);
        let with_task = Query::on("with_task").equals(true);
        let with_task: Vec<Payment> = all(store, &with_task, "startedAt").await;
        let attempts: Vec<Attempt> = all(store, &Query::on("by_age"), "startedAt").await;
        let mut ids: BTreeSet<String> = with_task.iter().map(Document::document_id).collect();
        ids.extend(attempts.iter().map(|attempt| attempt.payment_id.to_string()));
        ids.extend(ledger.iter().map(|intent| intent.payment_id.to_string()));
        let fact = |payment: Payment| {
            let has_task = payment.task() != Task::Nothing;
            PaymentFacts { state: payment.public_state(), has_task }
        };
        evidence.payments = found(store, ids).await.into_iter().map(fact).collect();
        evidence.intents = ledger
            .iter()
            .map(|intent| IntentFacts {
                payment_id: intent.payment_id,
                amount: intent.amount,
                authorized: times(intent, EntryKind::Authorized),
                captured: times(intent, EntryKind::Captured),
                voided: times(intent, EntryKind::Voided),
            })
            .collect();
        let mut ids: BTreeSet<String> = evidence.journal.orders.keys().map(text).collect();
        ids.extend(evidence.orders.iter().map(|order| order.id.to_string()));
        ids.extend(evidence.deadlines.iter().map(|deadline| deadline.order_id.to_string()));
        ids.extend(evidence.payments.iter().map(|payment| payment.state.order_id.to_string()));
        let copies: Vec<OrderCopy> = found(store, ids).await;
        evidence.order_copies = copies.into_iter().map(|copy| copy.order).collect();
    }

    /// Tickets and inventories, of every ticket heard of.
    async fn read_stock(&self, evidence: &mut Evidence) {
        let mut ids: BTreeSet<String> = evidence.journal.tickets.iter().map(text).collect();
        let items = evidence.orders.iter().flat_map(|order| &order.items);
        ids.extend(items.map(|item| item.ticket_id.to_string()));
        let tickets: Vec<Ticket> = found(self.store(tickets::NAME), ids.clone()).await;
        evidence.tickets = tickets
            .iter()
            .map(|ticket| TicketFacts {
                state: ticket.state(),
                stock_version: ticket.stock.version,
                held: ticket.stock.held,
                sold: ticket.stock.sold,
                holder: ticket.stock.holder,
            })
            .collect();
        let inventories: Vec<Inventory> = found(self.store(orders::NAME), ids).await;
        evidence.inventories = inventories
            .into_iter()
            .map(|inventory| InventoryFacts {
                state: inventory.state(),
                seller: inventory.seller,
                title: inventory.title,
                price: inventory.price,
                offer: inventory.offer,
                offered: inventory.offered,
            })
            .collect();
    }
}

fn text(id: &impl ToString) -> String {
    id.to_string()
}

/// Every document that a query finds, page by page.
async fn all<D: Document>(store: &Store, query: &Query, sort_field: &str) -> Vec<D> {
    let mut documents: Vec<D> = Vec::new();
    let position = |last: &D| Position { key: last.key(sort_field), id: last.document_id() };
    let mut after: Option<Position> = None;
    loop {
        let page: Vec<D> = store.query(query.clone().after(after).limit(PAGE)).await.unwrap();
        let Some(last) = page.last() else { return documents };
        after = Some(position(last));
        assert_ne!(after.as_ref().unwrap().key, Key::Null, "{sort_field} is not the sort field");
        documents.extend(page);
    }
}

/// The documents of these ids that exist.
async fn found<D: Document>(store: &Store, ids: BTreeSet<String>) -> Vec<D> {
    let ids: Vec<String> = ids.into_iter().collect();
    let mut documents = Vec::new();
    for page in ids.chunks(usize::try_from(PAGE).unwrap()) {
        documents.extend(store.find_all::<D>(page).await.unwrap());
    }
    documents
}
