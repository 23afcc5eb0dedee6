//! Test bench of orders, with tickets of sellers.

use std::num::NonZeroU32;
use std::ops::Deref;
use std::time::Duration;

use contract::payment::{AUTHORIZED, PaymentState, PaymentStatus};
use contract::show::{ShowState, ShowStatus, VenueState};
use contract::show_revision::ShowRevisionState;
use contract::ticket::{CREATED, Offer, TicketShow, TicketState, WHOLE_PRICE};
use contract::{Currency, OrderId};
use orders::Settings;
use orders::domain::HoldLimits;
use serde_json::{Value, json};
use service::Platform;
use store::Engine;
use testing::samples::{id, usd};
use testing::{Platforms, Reply, TestApp, User};
use web::RateLimits;

pub(crate) struct BoxOffice {
    pub(crate) platforms: Platforms,
    pub(crate) app: TestApp,
}

impl Deref for BoxOffice {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

pub(crate) fn in_currency(code: &str, mut ticket: TicketState) -> TicketState {
    ticket.price.currency = code.parse::<Currency>().unwrap();
    ticket
}

/// Limits on the units of one ticket, on those of all tickets, and on unpaid ends; 0 is no limit.
pub(crate) fn hold_limits(per_ticket: u32, total: u32, unpaid_ends: u32) -> HoldLimits {
    let [per_ticket, total, unpaid_ends] = [per_ticket, total, unpaid_ends].map(NonZeroU32::new);
    HoldLimits { per_ticket, total, unpaid_ends }
}

pub(crate) fn limited(per_ticket: u32, total: u32, unpaid_ends: u32) -> Settings {
    let hold_limits = hold_limits(per_ticket, total, unpaid_ends);
    Settings { hold_limits, ..Settings::default() }
}

/// A ticket that was offered long ago.
pub(crate) fn ticket(number: u8, quantity: u32) -> TicketState {
    TicketState {
        id: id(number),
        version: 1,
        seller: id(200),
        title: "Concert".to_owned(),
        price: usd(2_050),
        quantity,
        offer: Offer::Open,
        show: None,
        venue: None,
        starts_at: None,
        late_sales: false,
        device_only: false,
        created_at: testing::platforms::START,
        description: None,
        resale_cap: WHOLE_PRICE,
        resale: None,
    }
}

/// A ticket of show 70 at its first version.
pub(crate) fn ticket_of_show(number: u8, quantity: u32) -> TicketState {
    let show = TicketShow { id: id(70), version: 1, status: ShowStatus::Scheduled };
    let ShowState { venue, starts_at, .. } = revision_of_show(1, 1, show.status).show;
    let (venue, starts_at) = (Some(venue.name), Some(starts_at));
    TicketState { show: Some(show), venue, starts_at, ..ticket(number, quantity) }
}

/// A revision of show 70, which changes no times.
pub(crate) fn revision_of_show(number: u64, version: u64, status: ShowStatus) -> ShowRevisionState {
    let venue = VenueState {
        name: "Town hall".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        address: None,
    };
    let show = ShowState {
        id: id(70),
        version,
        seller: id(200),
        title: "Concert".to_owned(),
        description: None,
        venue,
        doors_at: None,
        starts_at: testing::platforms::START.plus(Duration::from_hours(72)),
        status,
        image: None,
        created_at: testing::platforms::START,
    };
    ShowRevisionState { number, show, moves: false }
}

impl BoxOffice {
    pub(crate) async fn open() -> Self {
        Self::open_with(Settings::default()).await
    }

    pub(crate) async fn open_with(settings: Settings) -> Self {
        Self::open_on(Platforms::in_memory(), settings).await
    }

    pub(crate) async fn with_buyer() -> (Self, User) {
        let office = Self::open().await;
        let buyer = office.app.user();
        (office, buyer)
    }

    /// With a new user, and a ticket on offer.
    pub(crate) async fn with(ticket: TicketState) -> (Self, User, TicketState) {
        Self::with_settings(Settings::default(), ticket).await
    }

    pub(crate) async fn with_settings(
        settings: Settings,
        ticket: TicketState,
    ) -> (Self, User, TicketState) {
        let office = Self::open_with(settings).await;
        let (buyer, offered) = (office.app.user(), office.offer(ticket).await);
        (office, buyer, offered)
    }

    /// With an unpaid order of the only unit of a ticket.
    pub(crate) async fn with_order() -> (Self, User, OrderId) {
        let (office, buyer, offered) = Self::with(ticket(1, 1)).await;
        let order = office.order(&buyer, &offered).await;
        (office, buyer, order)
    }

    /// On the stores of earlier processes.
    pub(crate) async fn open_on(platforms: Platforms, settings: Settings) -> Self {
        let app = start(platforms.engine(orders::NAME), &platforms, settings).await;
        Self { platforms, app }
    }

    /// Two replicas of the service, on engines that they share.
    pub(crate) async fn open_replicas(settings: Settings) -> (Self, TestApp) {
        let (platforms, engine) = (Platforms::in_memory(), Engine::shared_memory());
        let app = start(engine.clone(), &platforms, settings).await;
        let second = start(engine, &platforms, settings).await;
        (Self { platforms, app }, second)
    }

    pub(crate) async fn restart(self) -> Self {
        self.restart_with(Settings::default()).await
    }

    pub(crate) async fn restart_with(self, settings: Settings) -> Self {
        self.app.stop().await;
        Self::open_on(self.platforms, settings).await
    }

    pub(crate) async fn offer(&self, ticket: TicketState) -> TicketState {
        self.deliver(&[CREATED.of(ticket.clone())]).await;
        ticket
    }

    /// The ticket with an id that was minted now.
    pub(crate) fn minted(&self, ticket: TicketState) -> TicketState {
        TicketState { id: self.platforms.id().into(), ..ticket }
    }

    pub(crate) async fn order(&self, buyer: &User, ticket: &TicketState) -> OrderId {
        order(self, buyer, ticket, 1).await.expect(201).text("id").parse().unwrap()
    }

    pub(crate) fn payment(&self, number: u8, order: OrderId, buyer: &User) -> PaymentState {
        let authorized_at = self.platforms.clock.now();
        PaymentState {
            id: id(number),
            version: 2,
            order_id: order,
            buyer: buyer.id,
            amount: usd(2_050),
            status: PaymentStatus::Authorized { authorized_at },
            started_at: authorized_at,
            refunded: None,
            returned: Vec::new(),
            refunds: Vec::new(),
        }
    }

    pub(crate) async fn pay(&self, number: u8, order: OrderId, buyer: &User) {
        self.deliver(&[AUTHORIZED.of(self.payment(number, order, buyer))]).await;
    }

    /// An order of a new ticket, paid.
    pub(crate) async fn paid_order(&self, buyer: &User) -> OrderId {
        let ticket = self.offer(ticket(99, 1)).await;
        let order = self.order(buyer, &ticket).await;
        self.pay(98, order, buyer).await;
        order
    }

    pub(crate) async fn status(&self, buyer: &User, order: OrderId) -> String {
        let path = format!("/api/orders/{order}");
        self.get(Some(buyer), &path).await.expect(200).text("status")
    }
}

async fn start(engine: Engine, platforms: &Platforms, settings: Settings) -> TestApp {
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(orders::NAME, sessions.clone());
    let platform = Platform { engine, ..platform };
    let service = orders::service(platform, settings).await.unwrap();
    let limits = RateLimits { trusted_proxies: 1, ..RateLimits::default() };
    TestApp::start_within(platforms, sessions, vec![service], limits)
}

pub(crate) async fn order(app: &TestApp, buyer: &User, ticket: &TicketState, units: u32) -> Reply {
    let body = json!({"ticketId": ticket.id, "quantity": units});
    app.post(Some(buyer), "/api/orders", &body).await
}

/// Orders units of a ticket from this client address, behind a proxy.
pub(crate) async fn order_from(
    address: &str,
    app: &TestApp,
    buyer: &User,
    ticket: &TicketState,
    units: u32,
) -> Reply {
    let body = json!({"ticketId": ticket.id, "quantity": units});
    app.post_from(address, Some(buyer), "/api/orders", &body).await
}

/// The body of an order of several tickets.
pub(crate) fn items(units: &[(&TicketState, u32)]) -> Value {
    let item =
        |(ticket, units): &(&TicketState, u32)| json!({"ticketId": ticket.id, "quantity": units});
    json!({"items": units.iter().map(item).collect::<Vec<_>>()})
}

pub(crate) async fn cancel(app: &TestApp, buyer: &User, order: &str) {
    app.delete(Some(buyer), &format!("/api/orders/{order}")).await.expect(204);
}

/// Steps two replicas until both are idle.
pub(crate) async fn settle_both(one: &TestApp, other: &TestApp) {
    while futures::join!(one.step(), other.step()) != (0, 0) {}
}

/// How many orders were placed, and how many were refused with this code.
pub(crate) fn outcomes(replies: &[Reply], code: &str) -> (usize, usize) {
    let placed = replies.iter().filter(|reply| reply.status == 201).count();
    (placed, replies.iter().filter(|reply| reply.text("code") == code).count())
}
