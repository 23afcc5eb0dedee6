//! Test bench of orders, with tickets of sellers.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::num::NonZeroU32;

use contract::payment::{AUTHORIZED, PaymentState, PaymentStatus};
use contract::ticket::{CREATED, Offer, TicketState};
use contract::{Currency, Id, Money, OrderId, PaymentId, UserId};
use orders::Settings;
use orders::domain::HoldLimits;
use reqwest::Method;
use serde_json::json;
use store::Engine;
use testing::{Platforms, Reply, TestApp, User};
use web::RateLimits;

pub(crate) struct BoxOffice {
    pub(crate) platforms: Platforms,
    pub(crate) app: TestApp,
}

pub(crate) trait InCurrency {
    fn in_currency(self, code: &str) -> Self;
}

impl InCurrency for TicketState {
    fn in_currency(mut self, code: &str) -> Self {
        self.price.currency = code.parse::<Currency>().unwrap();
        self
    }
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
        id: Id::from_bytes([number; 12]).into(),
        version: 1,
        seller: Id::from_bytes([200; 12]).into(),
        title: "Concert".to_owned(),
        price: Money::new(2_050, Currency::USD),
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
        self.app.publish(&[CREATED.of(ticket.clone())]).await;
        self.app.settle().await;
        ticket
    }

    /// The ticket with an id that was minted now.
    pub(crate) fn minted(&self, ticket: TicketState) -> TicketState {
        TicketState { id: self.platforms.id().into(), ..ticket }
    }

    /// The user with this account.
    pub(crate) fn user(&self, id: UserId) -> User {
        let now = self.platforms.clock.now();
        let session = self.platforms.id().into();
        let claims = testing::user::claims(id, session, testing::user::Rank::User, now);
        let token = testing::user::sign(&claims, &self.platforms.key);
        User { id, cookie: format!("session={token}") }
    }

    pub(crate) async fn order(&self, buyer: &User, ticket: &TicketState) -> OrderId {
        let body = json!({"ticketId": ticket.id});
        let order = self.app.post(Some(buyer), "/api/orders", &body).await.expect(201);
        order.text("id").parse().unwrap()
    }

    pub(crate) fn payment(&self, number: u8, order: OrderId, buyer: &User) -> PaymentState {
        let authorized_at = self.platforms.clock.now();
        PaymentState {
            id: PaymentId::from(Id::from_bytes([number; 12])),
            version: 2,
            order_id: order,
            buyer: buyer.id,
            amount: Money::new(2_050, Currency::USD),
            status: PaymentStatus::Authorized { authorized_at },
            started_at: authorized_at,
            refunded: None,
            returned: Vec::new(),
            refunds: Vec::new(),
        }
    }

    /// An order of a new ticket, paid.
    pub(crate) async fn paid_order(&self, buyer: &User) -> OrderId {
        let ticket = self.offer(ticket(99, 1)).await;
        let order = self.order(buyer, &ticket).await;
        self.app.publish(&[AUTHORIZED.of(self.payment(98, order, buyer))]).await;
        self.app.settle().await;
        order
    }

    pub(crate) async fn status(&self, buyer: &User, order: OrderId) -> String {
        let path = format!("/api/orders/{order}");
        self.app.get(Some(buyer), &path).await.expect(200).text("status")
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
    let request = app.request(Method::POST, "/api/orders", Some(buyer));
    app.send(request.header("X-Forwarded-For", address).json(&body)).await
}

/// Cancels an order.
pub(crate) async fn cancel(app: &TestApp, buyer: &User, order: &str) {
    let path = format!("/api/orders/{order}");
    assert_eq!(app.delete(Some(buyer), &path).await.status, 204);
}
