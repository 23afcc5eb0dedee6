//! A storefront and the messages of other services.

use std::time::Duration;

use contract::inventory::{self, InventoryState};
use contract::show::{self, ShowState, ShowStatus, VenueState};
use contract::ticket::{self, Offer, TicketShow, TicketState, WHOLE_PRICE};
use contract::{Id, Outgoing, ShowId, TicketId, Timestamp};
use derive_more::Deref;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use store::{Engine, MemoryEngine};
use testing::platforms::START;
use testing::samples::usd;
use testing::{Platforms, Reply, TestApp};

pub(crate) const DAY: Duration = Duration::from_hours(24);

#[derive(Deref)]
pub(crate) struct Storefront {
    #[deref]
    pub(crate) app: TestApp,
}

pub(crate) fn ticket_id(number: u8) -> TicketId {
    Id::from_bytes([number; 12]).into()
}

pub(crate) fn show_id(number: u8) -> ShowId {
    Id::from_bytes([100 + number; 12]).into()
}

/// A ticket without a show, 10.00 a unit.
pub(crate) fn ticket(number: u8, version: u64) -> TicketState {
    TicketState {
        id: ticket_id(number),
        version,
        seller: Id::from_bytes([9; 12]).into(),
        title: format!("Ticket {number}"),
        price: usd(1_000),
        quantity: 20,
        offer: Offer::Open,
        show: None,
        venue: None,
        starts_at: None,
        late_sales: false,
        device_only: false,
        created_at: START,
        description: None,
        resale_cap: WHOLE_PRICE,
        resale: None,
    }
}

/// A price category of a show.
pub(crate) fn category(number: u8, of: u8) -> TicketState {
    let show = TicketShow { id: show_id(of), version: 1, status: ShowStatus::Scheduled };
    TicketState { show: Some(show), starts_at: Some(START.plus(DAY)), ..ticket(number, 1) }
}

pub(crate) fn show(number: u8, version: u64) -> ShowState {
    ShowState {
        id: show_id(number),
        version,
        seller: Id::from_bytes([9; 12]).into(),
        title: format!("Show {number}"),
        description: None,
        venue: VenueState {
            name: "Old Foundry".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            address: Some("Leipzig".to_owned()),
        },
        doors_at: None,
        starts_at: START.plus(DAY),
        status: ShowStatus::Scheduled,
        image: None,
        created_at: START,
    }
}

pub(crate) fn stock(number: u8, version: u64, sold: u32) -> InventoryState {
    InventoryState {
        ticket_id: ticket_id(number),
        version,
        ticket_version: 1,
        capacity: 20,
        held: 0,
        sold,
        holder: None,
        revision: None,
        suspended: false,
    }
}

pub(crate) fn offered(ticket: TicketState) -> Outgoing {
    ticket::CREATED.of(ticket)
}

pub(crate) fn announced(show: ShowState) -> Outgoing {
    show::CREATED.of(show)
}

pub(crate) fn changed(stock: InventoryState) -> Outgoing {
    inventory::CHANGED.of(stock)
}

pub(crate) async fn start(platforms: &Platforms, engine: Engine) -> TestApp {
    let platform = service::Platform { engine, ..platforms.platform(storefront::NAME) };
    let sessions = platform.sessions.clone();
    // Nobody listens there: the other services are away.
    let addresses = ["auth", "tickets", "orders", "payments", "mail", "admissions"]
        .map(|name| (name, "http://127.0.0.1:9".to_owned()));
    let settings =
        storefront::Settings { addresses: addresses.to_vec(), ..storefront::Settings::default() };
    let service = storefront::service(platform, settings).await.unwrap();
    TestApp::start(platforms, sessions, vec![service])
}

impl Storefront {
    pub(crate) async fn open() -> Self {
        let platforms = Platforms::in_memory();
        let app = start(&platforms, platforms.engine(storefront::NAME)).await;
        Self { app }
    }

    /// Two replicas on one store.
    pub(crate) async fn replicas() -> (Self, TestApp) {
        let (platforms, engine) = (Platforms::in_memory(), MemoryEngine::shared());
        let first = start(&platforms, Engine::Memory(engine.clone())).await;
        let second = start(&platforms, Engine::Memory(engine)).await;
        (Self { app: first }, second)
    }

    /// Publishes messages, each by itself, and steps the loops until all are idle.
    pub(crate) async fn tell(&self, messages: &[Outgoing]) {
        for message in messages {
            self.app.publish(std::slice::from_ref(message)).await;
        }
        self.app.settle().await;
    }

    pub(crate) async fn page(&self, path: &str) -> String {
        page(&self.app, path).await.expect(200).body
    }

    /// The titles of the list, in its order.
    pub(crate) async fn titles(&self, query: &str) -> Vec<String> {
        // A rendered page is shown for a moment.
        self.app.pass(Duration::from_secs(3)).await;
        let list = self.page(&format!("/{query}")).await;
        let titles = list.split(" class=\"h3\" dir=\"auto\">").skip(1);
        titles.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
    }
}

/// The response that a browser receives, without following redirects.
pub(crate) async fn page(app: &TestApp, path: &str) -> Reply {
    send(app.request(Method::GET, path, None).header("Accept", "text/html")).await
}

/// Sends a request, and returns a redirection as it is.
pub(crate) async fn send(request: RequestBuilder) -> Reply {
    let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let response = client.execute(request.build().unwrap()).await.unwrap();
    Reply::of(response).await.unwrap()
}

pub(crate) fn at(days: u32) -> Timestamp {
    START.plus(DAY * days)
}
