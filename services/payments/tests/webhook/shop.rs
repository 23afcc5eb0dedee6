//! Payments on a stage, with Stripe's client against the simulated provider, whose events are delivered by hand.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use contract::order::{COMPLETED, CREATED, OrderState, OrderStatus};
use contract::part::{self, Made};
use contract::person::{PersonRequestState, Wish};
use contract::{PaymentId, Timestamp, UserId};
use payments::domain::{EventEnd, EventState, ProviderEvent};
use payments::stripe::{StripeGateway, StripeSettings, WebhookSecrets};
use provider_simulator::http::{Deliveries, Options, Simulator, Webhook};
use provider_simulator::{EntryKind, signature};
use reqwest::Method;
use serde_json::{Value, json};
use service::Secret;
use testing::{Platforms, Reply, Stage, User};

/// Where the provider tells of events.
pub(crate) const WEBHOOK: &str = "/api/payments/webhook";

/// What it signs them with.
pub(crate) const SECRET: &str = "whsec_new";

/// What it signed them with before.
pub(crate) const OLD_SECRET: &str = "whsec_old";

pub(crate) struct Shop {
    pub(crate) stage: Stage,
    pub(crate) simulator: Simulator,
    pub(crate) platforms: Platforms,
    gateway: Arc<StripeGateway>,
}

async fn start(platforms: &Platforms, gateway: &Arc<StripeGateway>, secrets: &str) -> Stage {
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(payments::NAME, sessions.clone());
    let secrets = if secrets.is_empty() {
        WebhookSecrets::default()
    } else {
        WebhookSecrets::parse(secrets).unwrap()
    };
    let gateway = Arc::<StripeGateway>::clone(gateway);
    let service = payments::service_with_webhook(platform, gateway, secrets).await.unwrap();
    Stage::start_in_background(platforms, sessions, vec![service])
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with_secrets(&format!("{SECRET},{OLD_SECRET}")).await
    }

    pub(crate) async fn with_secrets(secrets: &str) -> Self {
        let platforms = Platforms::in_memory();
        let clock = platforms.clock.clone();
        let (webhook, deliveries) = (None, Deliveries::Manual);
        let options = Options { seed: 1, clock, webhook, deliveries, base: None };
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let simulator = Simulator::start(listener, options).unwrap();
        let settings = StripeSettings {
            secret_key: Secret::new("sk_test_1"),
            url: simulator.url(),
            timeout: Duration::from_secs(20),
            return_url: None,
        };
        let gateway = Arc::new(StripeGateway::of(&settings).unwrap());
        let stage = start(&platforms, &gateway, secrets).await;
        let shop = Self { stage, simulator, platforms, gateway };
        shop.tell_here();
        shop
    }

    /// Ends the service as a crash would, and starts it again on what it kept.
    pub(crate) async fn crash_and_restart(self) -> Self {
        let Self { stage, simulator, platforms, gateway } = self;
        stage.kill().await;
        let stage = start(&platforms, &gateway, SECRET).await;
        let shop = Self { stage, simulator, platforms, gateway };
        shop.tell_here();
        shop
    }

    fn tell_here(&self) {
        let url = format!("{}{WEBHOOK}", self.stage.base());
        self.simulator.set_webhook(Webhook { url, secrets: vec![SECRET.to_owned()] });
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.platforms.clock.now()
    }

    /// The part that payments makes of a person's request.
    pub(crate) async fn part(&self, user_id: UserId, wish: Wish) -> Made {
        let state = PersonRequestState { id: self.platforms.id(), version: 1, user_id, wish };
        self.stage.part_of(part::PAYMENTS, state).await
    }

    /// A buyer, and an order of theirs.
    pub(crate) async fn order(&self) -> (User, OrderState) {
        let buyer = self.stage.user();
        let order = self.platforms.order(buyer.id, Duration::from_hours(1));
        self.stage.publish(&[CREATED.of(order.clone())]).await;
        (buyer, order)
    }

    /// Pays an order with a card whose owner has to prove who they are.
    pub(crate) async fn challenged(&self) -> Challenged<'_> {
        let (buyer, order) = self.order().await;
        let reply = self.pay(&buyer, &order, "pm_card_authenticationRequired").await.expect(202);
        assert_eq!(reply.text("status"), "requires_action");
        let (id, reference) = (reply.text("id").parse().unwrap(), reply.text("stripeId"));
        Challenged { shop: self, buyer, order, id, reference }
    }

    pub(crate) async fn pay(&self, buyer: &User, order: &OrderState, token: &str) -> Reply {
        let body = json!({"orderId": order.id, "token": token});
        self.stage.post(Some(buyer), "/api/payments", &body).await
    }

    /// Delivers what the provider has to tell, all of it.
    pub(crate) async fn deliver(&self) -> usize {
        let mut delivered = 0;
        loop {
            match self.simulator.webhook_sender().run_once().await {
                0 => return delivered,
                more => delivered += more,
            }
        }
    }

    /// Posts a body with a signature header, as anybody could.
    pub(crate) async fn post(&self, body: &str, header: Option<&str>) -> Reply {
        let request = self.stage.request(Method::POST, WEBHOOK, None).body(body.to_owned());
        let request = match header {
            Some(header) => request.header("Stripe-Signature", header),
            None => request,
        };
        self.stage.send(request).await
    }

    /// Posts an event that the provider signed just now.
    pub(crate) async fn tell(&self, event: &Value) -> Reply {
        let body = event.to_string();
        let header = signature(&[SECRET.to_owned()], self.now(), &body);
        self.post(&body, Some(&header)).await
    }

    /// The event of this id, as it is kept.
    pub(crate) async fn kept(&self, id: &str) -> Option<ProviderEvent> {
        self.stage.store(payments::NAME).find::<ProviderEvent>(id).await.unwrap()
    }

    pub(crate) async fn comes_to(&self, id: &str, expected: EventEnd) {
        let is_so = || async {
            let state = self.kept(id).await.map(|event| event.state);
            matches!(state, Some(EventState::Done { end, .. }) if end == expected)
        };
        self.stage.eventually(&format!("{id} comes to {expected:?}"), is_so).await;
    }

    /// How often the provider was asked where something stands.
    pub(crate) fn ledger(&self, reference: &str) -> Vec<EntryKind> {
        self.simulator
            .with(|provider, _| provider.ledger().of(reference).map(|entry| entry.kind).collect())
    }
}

/// A payment whose payer has to prove who they are.
pub(crate) struct Challenged<'s> {
    pub(crate) shop: &'s Shop,
    pub(crate) buyer: User,
    pub(crate) order: OrderState,
    pub(crate) id: PaymentId,
    pub(crate) reference: String,
}

impl Challenged<'_> {
    /// The payer proves it, or does not.
    pub(crate) fn finish(&self, outcome: provider_simulator::Outcome) {
        self.shop.simulator.with(|provider, now| {
            provider.finish_challenge(&self.reference, outcome, now).unwrap();
        });
    }

    /// Does what orders does once the payment is authorised.
    pub(crate) async fn accept(&self) {
        let status = OrderStatus::Complete { payment_id: Some(self.id) };
        let order = OrderState { version: 3, status, ..self.order.clone() };
        self.shop.stage.publish(&[COMPLETED.of(order)]).await;
    }

    pub(crate) async fn becomes(&self, status: &str) {
        let path = format!("/api/payments/{}", self.id);
        let is_so = || async {
            let shown = self.shop.stage.get(Some(&self.buyer), &path).await;
            shown.expect(200).text("status") == status
        };
        self.shop.stage.eventually(&format!("the payment is {status}"), is_so).await;
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
