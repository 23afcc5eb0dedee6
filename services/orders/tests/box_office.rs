//! Test bench of orders, with tickets of sellers.

use std::num::NonZeroU32;
use std::ops::Deref;

use contract::payment::{AUTHORIZED, PaymentState, PaymentStatus};
use contract::ticket::{CREATED, Offer, TicketState};
use contract::{Currency, OrderId};
use orders::Settings;
use orders::domain::HoldLimits;
use serde_json::{Value, json};
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

/// Settings with a limit on the units of one ticket.
pub(crate) fn limited_to(units: u32) -> Settings {
    let defaults = Settings::default();
    let hold_limits = HoldLimits { per_ticket: NonZeroU32::new(units), ..defaults.hold_limits };
    Settings { hold_limits, ..defaults }
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
        venue: None,
        starts_at: None,
        late_sales: false,
        created_at: testing::platforms::START,
    }
}

impl BoxOffice {
    pub(crate) async fn open() -> Self {
        Self::open_with(Settings::default()).await
    }

    pub(crate) async fn open_with(settings: Settings) -> Self {
        let platforms = Platforms::in_memory();
        let app = start(&platforms, settings).await;
        Self { platforms, app }
    }

    /// With a new user.
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
    pub(crate) async fn open_on(platforms: Platforms) -> Self {
        let app = start(&platforms, Settings::default()).await;
        Self { platforms, app }
    }

    /// Two replicas of the service, on engines that they share.
    pub(crate) async fn open_replicas(settings: Settings) -> (Self, TestApp) {
        let (platforms, engine) = (Platforms::in_memory(), Engine::shared_memory());
        let app = start_on(Some(engine.clone()), &platforms, settings).await;
        let second = start_on(Some(engine), &platforms, settings).await;
        (Self { platforms, app }, second)
    }

    /// Restarts the service on its store.
    pub(crate) async fn restart(self) -> Self {
        self.restart_with(Settings::default()).await
    }

    /// The same, with other settings.
    pub(crate) async fn restart_with(self, settings: Settings) -> Self {
        self.app.stop().await;
        let app = start(&self.platforms, settings).await;
        Self { platforms: self.platforms, app }
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

    /// Publishes the authorisation of a payment.
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

async fn start(platforms: &Platforms, settings: Settings) -> TestApp {
    start_on(None, platforms, settings).await
}

async fn start_on(engine: Option<Engine>, platforms: &Platforms, settings: Settings) -> TestApp {
    let sessions = platforms.sessions();
    let mut platform = platforms.platform_with(orders::NAME, sessions.clone());
    platform.engine = engine.unwrap_or(platform.engine);
    let service = orders::service(platform, settings).await.unwrap();
    let limits = RateLimits { trusted_proxies: 1, ..RateLimits::default() };
    TestApp::start_within(platforms, sessions, vec![service], limits)
}

/// Orders units of a ticket.
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

/// Cancels an order.
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
