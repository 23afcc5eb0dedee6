//! The service on an engine in memory, and the messages of other services.

use std::ops::Deref;
use std::time::Duration;

use admissions::{Admission, Settings};
use contract::AdmissionId;
use contract::admission::{AdmissionState, AdmissionStatus, ISSUED, Listing, USED, VOIDED};
use contract::order::{COMPLETED, OrderState, OrderStatus};
use contract::show::{self, ShowState, ShowStatus, VenueState};
use contract::ticket::{self, Offer, TicketShow, TicketState, WHOLE_PRICE};
use reqwest::Method;
use serde_json::{Value, json};
use testing::platforms::START;
use testing::samples::{id, item, order, usd};
use testing::{Platforms, Reply, TestApp, User};

pub(crate) const SHOW: u8 = 70;
pub(crate) const TICKET: u8 = 3;
pub(crate) const OTHER_TICKET: u8 = 4;
pub(crate) const SELLER: u8 = 9;

/// A device with the key of a gate.
pub(crate) struct Gate {
    pub(crate) key: String,
}

pub(crate) struct Fixture {
    platforms: Platforms,
    app: TestApp,
}

impl Deref for Fixture {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

impl Fixture {
    pub(crate) async fn open() -> Self {
        let platforms = Platforms::in_memory();
        let sessions = platforms.sessions();
        let platform = platforms.platform_with(admissions::NAME, sessions.clone());
        let service = admissions::service(platform, Settings::default()).await.unwrap();
        let app = TestApp::start(&platforms, sessions, vec![service]);
        Self { platforms, app }
    }

    /// The seller of the tickets and of the show.
    pub(crate) fn seller(&self) -> User {
        self.platforms.signed_in(id(SELLER))
    }

    /// Creates a gate of the seller; returns its id and its device.
    pub(crate) async fn gate(&self, event: Value) -> (String, Gate) {
        let mut body = json!({"name": "North"});
        body.as_object_mut().unwrap().extend(event.as_object().unwrap().clone());
        let made = self.post(Some(&self.seller()), "/api/gates", &body).await.expect(201);
        let id = made.text("id");
        let gate = Gate { key: format!("{id}.{}", made.text("key")) };
        (id, gate)
    }

    /// Sends a request of a gate.
    pub(crate) async fn by(
        &self,
        gate: &Gate,
        (method, path): (Method, &str),
        body: Option<&Value>,
    ) -> Reply {
        let request = self.request(method, path, None);
        let request = request.header("Authorization", format!("Bearer {}", gate.key));
        match body {
            Some(body) => self.send(request.json(body)).await,
            None => self.send(request).await,
        }
    }

    /// Merges scans of a gate: code, id of the scan, and seconds since [`START`].
    pub(crate) async fn merge(&self, gate: &Gate, scans: &[(&str, &str, u64)]) -> Reply {
        let at = |seconds: u64| START.plus(Duration::from_secs(seconds)).to_string();
        let scan = |(code, id, seconds): &(&str, &str, u64)| json!({"code": code, "scanId": id, "at": at(*seconds)});
        let body = json!({"scans": scans.iter().map(scan).collect::<Vec<_>>()});
        self.by(gate, (Method::POST, "/api/check-ins/batch"), Some(&body)).await
    }

    /// The user with a new session.
    pub(crate) fn again(&self, user: &User) -> User {
        self.platforms.signed_in(user.id)
    }

    /// The seller offers a ticket.
    pub(crate) async fn offer(&self, number: u8) {
        self.deliver(&[ticket::CREATED.of(offered(number))]).await;
        self.settle().await;
    }

    /// The seller allows codes of devices only.
    pub(crate) async fn forbid_static_codes(&self, number: u8) {
        let edited = TicketState { version: 2, device_only: true, ..offered(number) };
        self.deliver(&[ticket::UPDATED.of(edited)]).await;
        self.settle().await;
    }

    /// Handles the completion of an order, also of a repeated or earlier one.
    pub(crate) async fn complete(&self, order: &OrderState) {
        self.deliver(&[COMPLETED.of(order.clone())]).await;
        self.settle().await;
    }

    pub(crate) async fn change_show(&self, version: u64, status: ShowStatus) {
        let state = show_state(version, status);
        let change = match status {
            ShowStatus::Scheduled => show::CREATED,
            ShowStatus::Postponed { .. } => show::POSTPONED,
            ShowStatus::Cancelled => show::CANCELLED,
        };
        self.deliver(&[change.of(state)]).await;
        self.settle().await;
    }

    /// The units of the admissions of an order that are not void.
    pub(crate) async fn live(&self, order: &OrderState) -> Vec<u32> {
        let all = self.admissions(order).await.into_iter();
        let live = all.filter(|state| !matches!(state.status, AdmissionStatus::Void { .. }));
        live.map(|state| state.unit).collect()
    }

    /// The admissions of an order, by ticket and unit.
    pub(crate) async fn admissions(&self, order: &OrderState) -> Vec<AdmissionState> {
        let stored: Vec<Admission> = self.store(admissions::NAME).pages(100).all().await.unwrap();
        let states = stored.into_iter().map(|admission| admission.state);
        let mut own: Vec<_> = states.filter(|state| state.order_id == order.id).collect();
        own.sort_by_key(|state| (state.ticket_id, state.unit));
        own
    }

    /// Numbers of the messages: issued, used, voided.
    pub(crate) async fn messages(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for (count, kind) in counts.iter_mut().zip([ISSUED, USED, VOIDED]) {
            *count = self.published(kind).await.len();
        }
        counts
    }
}

/// A ticket of the seller.
pub(crate) fn offered(number: u8) -> TicketState {
    TicketState {
        id: id(number),
        version: 1,
        seller: id(SELLER),
        title: "Concert".to_owned(),
        price: usd(1_000),
        quantity: 10,
        offer: Offer::Open,
        show: Some(TicketShow { id: id(SHOW), version: 1, status: ShowStatus::Scheduled }),
        venue: None,
        starts_at: None,
        late_sales: false,
        created_at: START,
        description: None,
        resale_cap: WHOLE_PRICE,
        resale: None,
        device_only: false,
    }
}

/// A complete order of a listed admission.
pub(crate) fn resold(
    number: u8,
    buyer: &User,
    listing: &Listing,
    admission: AdmissionId,
) -> OrderState {
    let mut order = complete_order(number, buyer, 1);
    order.show_id = None;
    order.items[0].ticket_id = listing.ticket_id;
    order.items[0].resale = Some(admission);
    order
}

/// A complete order of this number of units, by the user.
pub(crate) fn complete_order(number: u8, buyer: &User, units: u32) -> OrderState {
    let items = vec![item(TICKET, SELLER, 1_000, units)];
    let mut order = order(number, items, START);
    order.buyer = buyer.id;
    order.show_id = Some(id(SHOW));
    order.version = 3;
    order.status = OrderStatus::Complete { payment_id: Some(id(50)) };
    order
}

/// The order after these units have returned to sale.
pub(crate) fn returned(order: &OrderState, units: u32) -> OrderState {
    let mut order = order.clone();
    order.version += u64::from(units);
    order.items[0].returned = units;
    order
}

fn show_state(version: u64, status: ShowStatus) -> ShowState {
    ShowState {
        id: id(SHOW),
        version,
        seller: id(SELLER),
        title: "Hamlet".to_owned(),
        description: None,
        venue: VenueState {
            name: "Hall".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            address: None,
        },
        doors_at: None,
        starts_at: START,
        status,
        image: None,
        created_at: START,
    }
}
