//! Test bench of tickets: requests of sellers, published stock, and the decisions of orders on
//! revisions.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Deref;

use bus::{Consumer, ConsumerSpec, Settlement};
use contract::TicketId;
use contract::envelope::{self, ReceivedEvent};
use contract::inventory::{CHANGED, DecidedRevision, InventoryState, RevisionOutcome};
use contract::revision::{REQUESTED, RevisionState};
use contract::show_revision::{self, ShowRevisionState};
use contract::show_terms::{self, ShowRevisionOutcome, ShowTermsState};
use contract::ticket::Offer;
use reqwest::Method;
use serde_json::{Value, json};
use store::Faults;
use testing::{Platforms, Reply, TestApp, User};
use tickets::{Settings, Show};

use crate::samples;

pub(crate) struct BoxOffice {
    pub(crate) platforms: Platforms,
    pub(crate) app: TestApp,
    /// The last published state of every inventory.
    inventories: RefCell<BTreeMap<TicketId, InventoryState>>,
    /// Pending revisions.
    requested: Consumer,
    /// Pending revisions of shows.
    show_requested: Consumer,
}

impl Deref for BoxOffice {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

pub(crate) struct Offered {
    reply: Reply,
    pub(crate) id: String,
    pub(crate) path: String,
}

impl Deref for Offered {
    type Target = Reply;

    fn deref(&self) -> &Reply {
        &self.reply
    }
}

impl BoxOffice {
    pub(crate) async fn with_seller() -> (Self, User) {
        let office = Self::open().await;
        let seller = office.app.user();
        (office, seller)
    }

    pub(crate) async fn with(offer: Value) -> (Self, User, Offered) {
        let (office, seller) = Self::with_seller().await;
        let offered = office.offer(&seller, offer).await;
        (office, seller, offered)
    }

    pub(crate) async fn of(quantity: u32) -> (Self, User, Offered) {
        Self::with(json!({"title": "x", "price": 1, "quantity": quantity})).await
    }

    pub(crate) async fn open() -> Self {
        Self::open_with(Settings::default()).await
    }

    pub(crate) async fn open_with(settings: Settings) -> Self {
        Self::open_on(Platforms::in_memory(), settings).await
    }

    pub(crate) async fn open_on(platforms: Platforms, settings: Settings) -> Self {
        let app = start(&platforms, settings).await;
        let consumer = async |name: &str, subject| {
            let spec = ConsumerSpec { name: name.to_owned(), subjects: vec![subject] };
            platforms.bus.consumer(spec).await.unwrap()
        };
        let requested = consumer("arbiter", REQUESTED.subject()).await;
        let show_requested = consumer("show arbiter", show_revision::REQUESTED.subject()).await;
        Self { platforms, app, inventories: RefCell::default(), requested, show_requested }
    }

    /// Stops the service like a crash, and restarts it on its store.
    pub(crate) async fn crash(self) -> Self {
        self.app.kill().await;
        let app = start(&self.platforms, Settings::default()).await;
        Self { app, ..self }
    }

    /// PUT, with the revision decided as orders does.
    pub(crate) async fn put(&self, seller: &User, path: &str, body: &Value) -> Reply {
        self.decided(self.app.put(Some(seller), path, body)).await
    }

    /// PUT with an `If-Match` header, with the revision decided as orders does.
    pub(crate) async fn put_matching(
        &self,
        seller: &User,
        path: &str,
        tag: &str,
        body: &Value,
    ) -> Reply {
        let request = self.app.request(Method::PUT, path, Some(seller)).header("If-Match", tag);
        self.decided(self.app.send(request.json(body))).await
    }

    /// DELETE, with the revision decided as orders does.
    pub(crate) async fn delete(&self, seller: &User, path: &str) -> Reply {
        self.decided(self.app.delete(Some(seller), path)).await
    }

    /// Decides revisions as orders does, by the published stock, during requests.
    pub(crate) async fn decided<F: Future>(&self, work: F) -> F::Output {
        self.app.settle_between(work, async || self.decide().await).await
    }

    /// Decides the pending revisions as orders does.
    pub(crate) async fn decide(&self) {
        for delivery in self.show_requested.fetch(100).await.unwrap() {
            for event in envelope::open(&delivery.body).unwrap() {
                let event: ReceivedEvent<'_> = serde_json::from_str(event.get()).unwrap();
                let revision: ShowRevisionState = serde_json::from_str(event.data.get()).unwrap();
                let outcome = self.show_outcome(&revision).await;
                let (show_id, number) = (revision.show.id, revision.number);
                self.publish_terms(&[ShowTermsState { show_id, number, outcome }]).await;
            }
            let sequence = delivery.sequence;
            self.show_requested.settle(&[Settlement::Ack { sequence }]).await;
        }
        for delivery in self.requested.fetch(100).await.unwrap() {
            for event in envelope::open(&delivery.body).unwrap() {
                let event: ReceivedEvent<'_> = serde_json::from_str(event.get()).unwrap();
                let revision: RevisionState = serde_json::from_str(event.data.get()).unwrap();
                self.publish(&[self.revised(&revision)]).await;
            }
            let sequence = delivery.sequence;
            self.requested.settle(&[Settlement::Ack { sequence }]).await;
        }
    }

    /// The outcome of a show's revision: units of its tickets prevent a move.
    async fn show_outcome(&self, revision: &ShowRevisionState) -> ShowRevisionOutcome {
        let id = revision.show.id.to_string();
        let show: Show = self.app.store(tickets::NAME).find(&id).await.unwrap().unwrap();
        let inventories = self.inventories.borrow();
        let mut known = show.tickets.iter().filter_map(|ticket| inventories.get(ticket));
        if revision.moves && known.any(|known| known.held + known.sold > 0) {
            ShowRevisionOutcome::Reserved
        } else {
            ShowRevisionOutcome::Accepted
        }
    }

    /// Publishes decisions on revisions of shows.
    pub(crate) async fn publish_terms(&self, terms: &[ShowTermsState]) {
        let messages: Vec<_> = terms.iter().map(|one| show_terms::CHANGED.of(*one)).collect();
        self.app.publish(&messages).await;
    }

    /// POST, with the revision decided as orders does.
    pub(crate) async fn post_decided(&self, user: &User, path: &str, body: &Value) -> Reply {
        self.decided(self.app.post(Some(user), path, body)).await
    }

    /// Creates a show of the seller.
    pub(crate) async fn create_show(&self, seller: &User, body: &Value) -> Offered {
        let reply = self.app.post(Some(seller), "/api/shows", body).await.expect(201);
        let (id, path) = (reply.text("id"), reply.header("location").to_owned());
        Offered { reply, id, path }
    }

    fn revised(&self, RevisionState { number, ticket }: &RevisionState) -> InventoryState {
        let known = self.inventories.borrow().get(&ticket.id).cloned();
        let known = known.unwrap_or_else(|| stock(&ticket.id.to_string(), 1, 0, 0));
        let committed = known.held + known.sold;
        let outcome = match known.holder {
            _ if ticket.offer == Offer::TakenDown => RevisionOutcome::Accepted,
            Some(_) => RevisionOutcome::Reserved,
            None if ticket.quantity < committed => RevisionOutcome::BelowCommitted { committed },
            None => RevisionOutcome::Accepted,
        };
        let revision = Some(DecidedRevision { number: *number, outcome });
        InventoryState { version: known.version + 1, revision, ..known }
    }

    /// Publishes inventories, all in one envelope.
    pub(crate) async fn publish(&self, inventories: &[InventoryState]) {
        let messages: Vec<_> = inventories.iter().cloned().map(|one| CHANGED.of(one)).collect();
        self.app.publish(&messages).await;
        let mut known = self.inventories.borrow_mut();
        for inventory in inventories {
            let is_newer = |known: &InventoryState| inventory.version > known.version;
            if known.get(&inventory.ticket_id).is_none_or(is_newer) {
                known.insert(inventory.ticket_id, inventory.clone());
            }
        }
    }

    /// Publishes inventories, and waits until they are copied.
    pub(crate) async fn publish_all(&self, inventories: &[InventoryState]) {
        self.publish(inventories).await;
        self.app.settle().await;
    }

    pub(crate) fn faults(&self) -> Faults {
        self.platforms.faults(tickets::NAME)
    }

    pub(crate) async fn offer(&self, seller: &User, body: Value) -> Offered {
        let reply = self.app.post(Some(seller), "/api/tickets", &body).await.expect(201);
        let (id, path) = (reply.text("id"), reply.header("location").to_owned());
        Offered { reply, id, path }
    }

    pub(crate) async fn show(&self, path: &str) -> Reply {
        self.app.get(None, path).await.expect(200)
    }

    /// The ids on one page.
    pub(crate) async fn list(&self, query: &str) -> Vec<String> {
        self.show(&format!("/api/tickets?{query}")).await.ids()
    }

    /// The ids on this page and all later ones.
    pub(crate) async fn walk(&self, query: &str) -> Vec<String> {
        let pages = self.pages(None, &format!("/api/tickets?{query}")).await;
        pages.iter().flat_map(Reply::ids).collect()
    }
}

/// The stock of a ticket at a version; an order has the only held or sold unit.
pub(crate) fn stock(id: &str, version: u64, held: u32, sold: u32) -> InventoryState {
    InventoryState { ticket_id: id.parse().unwrap(), ..samples::stock(version, held, sold) }
}

async fn start(platforms: &Platforms, settings: Settings) -> TestApp {
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(tickets::NAME, sessions.clone());
    let service = tickets::service(platform, settings).await.unwrap();
    TestApp::start(platforms, sessions, vec![service])
}
