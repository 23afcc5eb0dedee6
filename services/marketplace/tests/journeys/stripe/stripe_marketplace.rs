//! The marketplace with Stripe's client against the simulated provider, which sends it events.

use std::time::Duration;

use contract::{OrderId, TicketId};
use derive_more::Deref;
use payments::provider::stripe::settings::ReturnUrl;
use payments::provider::stripe::{StripeSettings, WebhookSecrets};
use payments::settings::Provider;
use provider_simulator::http::{Deliveries, Simulator, Webhook};
use provider_simulator::{EntryKind, Fault, FaultKind, Operation, Totals};
use service::ServiceSettings;
use testing::marketplace::Engines as _;
use testing::{Platforms, Reply, User};

use crate::test_marketplace::{TestMarketplace, open_with};

/// The provider's signing secret for events.
const SECRET: &str = "whsec_test";

/// Price of one unit, in minor units.
pub(crate) const PRICE: i64 = 2_050;

#[derive(Deref)]
pub(crate) struct StripeMarketplace {
    #[deref]
    marketplace: TestMarketplace,
    pub(crate) simulator: Simulator,
    pub(crate) seller: User,
    pub(crate) buyer: User,
    pub(crate) ticket: TicketId,
}

impl StripeMarketplace {
    /// Opens the marketplace; a seller offers five units of a ticket.
    pub(crate) async fn open() -> Self {
        let platforms = Platforms::in_memory();
        let clock = platforms.clock.clone();
        let simulator = Simulator::start_local(clock, None, Deliveries::Background).unwrap();
        let marketplace = open_with(platforms, settings(&simulator)).await;
        let url = format!("{}/api/payments/webhook", marketplace.base());
        simulator.set_webhook(Webhook { url, secrets: vec![SECRET.to_owned()] });
        let (seller, buyer) = (marketplace.app.user(), marketplace.app.user());
        let ticket = marketplace.offer(&seller, 5).await;
        Self { marketplace, simulator, seller, buyer, ticket }
    }

    pub(crate) async fn order(&self) -> OrderId {
        self.marketplace.order_one(&self.buyer, self.ticket).await
    }

    pub(crate) async fn pay(&self, order: OrderId, token: &str) -> Reply {
        self.marketplace.pay(&self.buyer, order, token).await
    }

    /// Pays with a card whose bank requires authentication; returns the payment.
    pub(crate) async fn challenged(&self, order: OrderId) -> Reply {
        let reply = self.pay(order, "pm_card_authenticationRequired").await.expect(202);
        assert_eq!(reply.text("status"), "requires_action");
        reply
    }

    /// Submits the page of the bank as a browser does; returns the status and the redirect target.
    pub(crate) async fn press(&self, payment: &Reply, outcome: &str) -> (u16, String) {
        let page = payment.text("action/url");
        let client = reqwest::Client::builder().no_proxy();
        let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let shown = client.get(&page).send().await.unwrap();
        assert!(shown.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        let pressing = client.post(&page).body(format!("outcome={outcome}"));
        let pressing = pressing.header("Content-Type", "application/x-www-form-urlencoded");
        let pressed = pressing.send().await.unwrap();
        let to = pressed.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (pressed.status().as_u16(), to.unwrap_or_default())
    }

    pub(crate) async fn delete_order(&self, order: OrderId) {
        self.delete(Some(&self.buyer), &format!("/api/orders/{order}")).await.expect(204);
    }

    pub(crate) async fn order_becomes(&self, order: OrderId, status: &str) {
        self.marketplace.order_becomes(&self.buyer, order, status).await;
    }

    pub(crate) async fn payment_becomes(&self, payment: &Reply, status: &str) {
        let path = format!("/api/payments/{}", payment.text("id"));
        let is_so = || async {
            let shown = self.get(Some(&self.buyer), &path).await.expect(200);
            shown.text("status") == status
        };
        self.eventually(&format!("the payment is {status}"), is_so).await;
    }

    /// Advances the clock past an order's deadline with its extension by a payment.
    pub(crate) fn let_the_deadline_pass(&self) {
        self.app.clock().advance(Duration::from_secs(75));
    }

    pub(crate) fn plan(&self, kind: FaultKind, operation: Operation) {
        self.simulator.with(|provider, _| provider.faults.push(Fault::once(kind).on(operation)));
    }

    /// Waits until the calls that the planned faults concern have arrived.
    pub(crate) async fn planned_faults_occur(&self) {
        let have_occurred =
            || async { self.simulator.with(|provider, _| provider.faults.is_empty()) };
        self.eventually("the planned faults occur", have_occurred).await;
    }

    /// The movements of money of all payments, oldest first, by the provider's own ledger.
    pub(crate) fn ledger(&self) -> Vec<(EntryKind, i64)> {
        self.simulator.with(|provider, _| {
            let entries = &provider.ledger.entries;
            entries.iter().map(|entry| (entry.kind, entry.amount)).collect()
        })
    }

    pub(crate) fn totals(&self) -> Totals {
        self.simulator
            .with(|provider, _| provider.ledger.totals.get("usd").copied().unwrap_or_default())
    }
}

fn settings(simulator: &Simulator) -> ServiceSettings {
    let stripe = StripeSettings {
        secret_key: "sk_test_1".into(),
        url: simulator.url(),
        timeout: Duration::from_secs(20),
        return_url: Some(ReturnUrl::parse("http://shop.example/paid/{id}").unwrap()),
    };
    let webhook_secrets = WebhookSecrets::parse(SECRET).unwrap();
    let cards = payments::settings::CardSettings::default();
    let provider = Provider::Stripe(stripe);
    let mut settings = ServiceSettings::default();
    settings.set(payments::Settings { provider, webhook_secrets, cards });
    settings
}
