//! Payments in a test app, with Stripe's client against the simulated provider, whose events the
//! tests deliver.

use std::sync::Arc;
use std::time::Duration;

use contract::order::{COMPLETED, CREATED, OrderState, OrderStatus};
use contract::part::{self, Made};
use contract::person::{PersonAction, PersonRequestState};
use contract::{PaymentId, Timestamp, UserId};
use payments::domain::{EventResult, EventState, ProviderEvent};
use payments::provider::stripe::{StripeGateway, StripeSettings, WebhookSecrets};
use provider_simulator::http::{Deliveries, Simulator, Webhook};
use provider_simulator::{EntryKind, signature};
use reqwest::Method;
use serde_json::{Value, json};
use service::Secret;
use testing::{Platforms, Reply, TestApp, User};

/// Path of the webhook.
pub(crate) const WEBHOOK: &str = "/api/payments/webhook";

/// The signing secret.
pub(crate) const SECRET: &str = "whsec_new";

/// The previous signing secret.
pub(crate) const OLD_SECRET: &str = "whsec_old";

pub(crate) struct PaymentsFixture {
    pub(crate) app: TestApp,
    pub(crate) simulator: Simulator,
    pub(crate) platforms: Platforms,
    gateway: Arc<StripeGateway>,
}

async fn start(platforms: &Platforms, gateway: &Arc<StripeGateway>, secrets: &str) -> TestApp {
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(payments::NAME, sessions.clone());
    let webhook_secrets = if secrets.is_empty() {
        WebhookSecrets::default()
    } else {
        WebhookSecrets::parse(secrets).unwrap()
    };
    let gateway = Arc::<StripeGateway>::clone(gateway);
    let options = payments::Options { webhook_secrets, ..payments::Options::default() };
    let service = payments::service(platform, gateway, options).await.unwrap();
    TestApp::start_in_background(platforms, sessions, vec![service])
}

impl PaymentsFixture {
    pub(crate) async fn open() -> Self {
        Self::with_secrets(&format!("{SECRET},{OLD_SECRET}")).await
    }

    pub(crate) async fn with_secrets(secrets: &str) -> Self {
        let platforms = Platforms::in_memory();
        let clock = platforms.clock.clone();
        let simulator = Simulator::start_local(clock, None, Deliveries::Manual).unwrap();
        let settings = StripeSettings {
            secret_key: Secret::new("sk_test_1"),
            url: simulator.url(),
            timeout: Duration::from_secs(20),
            return_url: None,
        };
        let gateway = Arc::new(StripeGateway::of(&settings).unwrap());
        let app = start(&platforms, &gateway, secrets).await;
        let fixture = Self { app, simulator, platforms, gateway };
        fixture.set_webhook();
        fixture
    }

    /// Stops the service as a crash would, and starts it again on its stored data.
    pub(crate) async fn crash_and_restart(self) -> Self {
        let Self { app, simulator, platforms, gateway } = self;
        app.kill().await;
        let app = start(&platforms, &gateway, SECRET).await;
        let fixture = Self { app, simulator, platforms, gateway };
        fixture.set_webhook();
        fixture
    }

    fn set_webhook(&self) {
        let url = format!("{}{WEBHOOK}", self.app.base());
        self.simulator.set_webhook(Webhook { url, secrets: vec![SECRET.to_owned()] });
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.platforms.clock.now()
    }

    /// Payments' part of a person's request.
    pub(crate) async fn part(&self, user_id: UserId, action: PersonAction) -> Made {
        let state = PersonRequestState { id: self.platforms.id(), version: 1, user_id, action };
        self.app.part_of(part::PAYMENTS, state).await
    }

    /// A buyer with an order.
    pub(crate) async fn order(&self) -> (User, OrderState) {
        let buyer = self.app.user();
        let order = self.platforms.order(buyer.id, Duration::from_hours(1));
        self.app.publish(&[CREATED.of(order.clone())]).await;
        (buyer, order)
    }

    /// Pays an order with a card that requires 3-D Secure.
    pub(crate) async fn challenged(&self) -> Challenged<'_> {
        let (buyer, order) = self.order().await;
        let reply = self.pay(&buyer, &order, "pm_card_authenticationRequired").await.expect(202);
        assert_eq!(reply.text("status"), "requires_action");
        let (id, reference) = (reply.text("id").parse().unwrap(), reply.text("stripeId"));
        Challenged { fixture: self, buyer, order, id, reference }
    }

    pub(crate) async fn pay(&self, buyer: &User, order: &OrderState, token: &str) -> Reply {
        let body = json!({"orderId": order.id, "token": token});
        self.app.post(Some(buyer), "/api/payments", &body).await
    }

    /// Delivers all pending events of the provider.
    pub(crate) async fn deliver(&self) -> usize {
        let mut delivered = 0;
        loop {
            match self.simulator.webhook_sender().run_once().await {
                0 => return delivered,
                more => delivered += more,
            }
        }
    }

    /// Posts a body with a signature header, as any client can.
    pub(crate) async fn post(&self, body: &str, header: Option<&str>) -> Reply {
        let request = self.app.request(Method::POST, WEBHOOK, None).body(body.to_owned());
        let request = match header {
            Some(header) => request.header("Stripe-Signature", header),
            None => request,
        };
        self.app.send(request).await
    }

    /// Posts an event with a fresh signature of the provider.
    pub(crate) async fn post_event(&self, event: &Value) -> Reply {
        let body = event.to_string();
        let header = signature(&[SECRET.to_owned()], self.now(), &body);
        self.post(&body, Some(&header)).await
    }

    /// The stored event with this id.
    pub(crate) async fn stored(&self, id: &str) -> Option<ProviderEvent> {
        self.app.store(payments::NAME).find::<ProviderEvent>(id).await.unwrap()
    }

    pub(crate) async fn ends_as(&self, id: &str, expected: EventResult) {
        let is_so = || async {
            let state = self.stored(id).await.map(|event| event.state);
            matches!(state, Some(EventState::Done { end, .. }) if end == expected)
        };
        self.app.eventually(&format!("{id} comes to {expected:?}"), is_so).await;
    }

    /// The movements of a payment's money in the provider's ledger.
    pub(crate) fn ledger(&self, reference: &str) -> Vec<EntryKind> {
        self.simulator
            .with(|provider, _| provider.ledger().of(reference).map(|entry| entry.kind).collect())
    }
}

/// A payment that requires 3-D Secure.
pub(crate) struct Challenged<'s> {
    pub(crate) fixture: &'s PaymentsFixture,
    pub(crate) buyer: User,
    pub(crate) order: OrderState,
    pub(crate) id: PaymentId,
    pub(crate) reference: String,
}

impl Challenged<'_> {
    /// Ends the challenge.
    pub(crate) fn finish(&self, outcome: provider_simulator::Outcome) {
        self.fixture.simulator.with(|provider, now| {
            provider.finish_challenge(&self.reference, outcome, now).unwrap();
        });
    }

    /// Completes the order as orders does once the payment is authorised.
    pub(crate) async fn accept(&self) {
        let status = OrderStatus::Complete { payment_id: Some(self.id) };
        let order = OrderState { version: 3, status, ..self.order.clone() };
        self.fixture.app.publish(&[COMPLETED.of(order)]).await;
    }

    pub(crate) async fn becomes(&self, status: &str) {
        let path = format!("/api/payments/{}", self.id);
        let is_so = || async {
            let shown = self.fixture.app.get(Some(&self.buyer), &path).await;
            shown.expect(200).text("status") == status
        };
        self.fixture.app.eventually(&format!("the payment is {status}"), is_so).await;
    }
}

/// An event about a payment intent.
pub(crate) fn event(id: &str, event_type: &str, reference: &str, payment: &str) -> Value {
    let metadata = if payment.is_empty() { json!({}) } else { json!({"payment_id": payment}) };
    json!({
        "id": id,
        "object": "event",
        "type": event_type,
        "data": {"object": {"id": reference, "object": "payment_intent", "metadata": metadata}},
    })
}
