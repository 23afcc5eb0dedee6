//! Payments on a stage with the built-in provider, and orders.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use contract::order::{
    CANCELLED, COMPLETED, CREATED, CancelReason, OrderItem, OrderState, OrderStatus,
};
use contract::{Currency, Id, Money, Outgoing, PaymentId, TicketId, UserId};
use payments::TestProvider;
use payments::provider::test_provider::{EntryKind, Intent};
use serde_json::json;
use std::time::Duration;
use testing::{Platforms, Reply, Stage, User};

pub(crate) struct TestApp {
    pub(crate) platforms: Platforms,
    pub(crate) stage: Stage,
    pub(crate) provider: TestProvider,
}

async fn start(platforms: &Platforms) -> (Stage, TestProvider) {
    let sessions = platforms.sessions();
    let (clock, ids) = (platforms.clock.clone(), platforms.ids.clone());
    let ledger = platforms.engine("test-provider");
    let (provider, ledger) = TestProvider::open(ledger, clock, ids).await.unwrap();
    let platform = platforms.platform_with(payments::NAME, sessions.clone());
    let gateway = Arc::new(provider.clone());
    let mut service = payments::service(platform, gateway).await.unwrap();
    service.stores.push(ledger);
    (Stage::start_in_background(platforms, sessions, vec![service]), provider)
}

impl TestApp {
    pub(crate) async fn open() -> Self {
        let platforms = Platforms::in_memory();
        let (stage, provider) = start(&platforms).await;
        Self { platforms, stage, provider }
    }

    /// Stops the service and starts it again on its stored data.
    pub(crate) async fn restart(self) -> Self {
        self.stage.stop().await;
        let (stage, provider) = start(&self.platforms).await;
        Self { platforms: self.platforms, stage, provider }
    }

    /// A new order, as orders publishes it.
    pub(crate) fn order(&self, buyer: UserId) -> OrderState {
        let now = self.platforms.clock.now();
        OrderState {
            id: self.platforms.id().into(),
            version: 1,
            buyer,
            status: OrderStatus::Created,
            expires_at: now.plus(Duration::from_mins(1)),
            items: items(),
            total: Money::new(4_100, Currency::USD),
            created_at: now,
        }
    }

    pub(crate) async fn tell(&self, message: Outgoing) {
        self.stage.publish(&[message]).await;
    }

    pub(crate) async fn made(&self, buyer: &User) -> OrderState {
        let order = self.order(buyer.id);
        self.tell(CREATED.of(order.clone())).await;
        order
    }

    pub(crate) async fn pay(&self, buyer: &User, order: &OrderState, token: &str) -> Reply {
        let body = json!({"orderId": order.id, "token": token});
        self.stage.post(Some(buyer), "/api/payments", &body).await
    }

    /// Completes an order as orders does once a payment is authorised.
    pub(crate) async fn complete_when_authorized(
        &self,
        order: &OrderState,
        cancelled: Option<CancelReason>,
    ) {
        let payment = self.authorized(order).await;
        self.tell(ended(order, payment, cancelled)).await;
    }

    /// Waits until a payment of the order is authorised.
    pub(crate) async fn authorized(&self, order: &OrderState) -> PaymentId {
        let found = || async { self.find_authorized(order).await.is_some() };
        self.stage.eventually("the payment is authorised", found).await;
        self.find_authorized(order).await.unwrap()
    }

    async fn find_authorized(&self, order: &OrderState) -> Option<PaymentId> {
        let published = self.stage.published(contract::payment::AUTHORIZED).await;
        published
            .into_iter()
            .rev()
            .find(|payment| payment.order_id == order.id)
            .map(|payment| payment.id)
    }

    /// The movements of each payment's money, oldest first.
    pub(crate) async fn ledger(&self) -> Vec<Vec<EntryKind>> {
        let ledger = self.provider.ledger().await.unwrap();
        let kinds = |intent: &Intent| intent.entries.iter().map(|entry| entry.kind).collect();
        ledger.iter().map(kinds).collect()
    }

    pub(crate) async fn ledger_becomes(&self, expected: &[&[EntryKind]]) {
        let fact = format!("the ledger is {expected:?}");
        self.stage.eventually(&fact, || async { self.ledger().await == expected }).await;
    }
}

/// The sellers of an order: the first has 31.00, the second 10.00.
pub(crate) fn seller(number: u8) -> UserId {
    UserId::new(Id::from_bytes([200 + number; 12]))
}

/// The ordered tickets: two units of the first, one each of the second and third.
pub(crate) fn ticket(number: u8) -> TicketId {
    TicketId::new(Id::from_bytes([100 + number; 12]))
}

fn items() -> Vec<OrderItem> {
    let item = |number, seller, unit_price, quantity| OrderItem {
        ticket_id: ticket(number),
        seller: self::seller(seller),
        title: "Concert".to_owned(),
        venue: None,
        starts_at: None,
        unit_price: Money::new(unit_price, Currency::USD),
        quantity,
        returned: 0,
        returned_in_version: None,
    };
    vec![item(1, 1, 1_200, 2), item(2, 2, 1_000, 1), item(3, 1, 700, 1)]
}

/// The end of an order.
pub(crate) fn ended(
    order: &OrderState,
    payment_id: PaymentId,
    cancelled: Option<CancelReason>,
) -> Outgoing {
    match cancelled {
        None => {
            let status = OrderStatus::Complete { payment_id: Some(payment_id) };
            COMPLETED.of(OrderState { version: 3, status, ..order.clone() })
        }
        Some(reason) => {
            let status = OrderStatus::Cancelled { reason };
            CANCELLED.of(OrderState { version: 3, status, ..order.clone() })
        }
    }
}
