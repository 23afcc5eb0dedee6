//! The program with its provider for Stripe, connected to the simulator of Stripe.

use std::net::TcpListener;

use derive_more::Deref;
use provider_simulator::http::{Deliveries, Options, Simulator, Webhook};
use provider_simulator::{Action, EntryKind, IntentStatus, Outcome};
use serde_json::json;
use sources::Clock;
use tempfile::TempDir;
use testing::browser::Browser;
use testing::processes::free_ports;

use super::visitor::{orders_one, signs_up};
use crate::marketplace::{Marketplace, directory, fresh, offer_ticket, program};

/// The simulator's signing secret for events.
const SECRET: &str = "whsec_test";

/// How a payer comes to the page of the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Challenges {
    /// The response to a payment has the URL of the page.
    ByUrl,
    /// Stripe's script shows the page.
    ByScript,
}

#[derive(Deref)]
pub(super) struct StripeSite {
    #[deref]
    marketplace: Marketplace,
    simulator: Simulator,
    _data: TempDir,
}

impl StripeSite {
    pub(super) async fn start(challenges: Challenges, flags: &[&str]) -> Self {
        let ([port], data) = (free_ports(), directory());
        let site = format!("http://127.0.0.1:{port}");
        let webhook = Webhook {
            url: format!("{site}/api/payments/webhook"),
            secrets: vec![SECRET.to_owned()],
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        // Another site than that of the marketplace, as a bank's page is.
        let base = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let options = Options {
            seed: 1,
            clock: Clock::System,
            webhook: Some(webhook),
            deliveries: Deliveries::Background,
            base: Some(base),
        };
        let simulator = Simulator::start(listener, options).unwrap();
        let mut command = program(data.path());
        command.args(["--payment-provider", "stripe", "--stripe-url", &simulator.url()]);
        command.env("STRIPE_SECRET_KEY", "sk_test_1").env("STRIPE_WEBHOOK_SECRETS", SECRET);
        match challenges {
            Challenges::ByUrl => {
                command.args(["--stripe-return-url", &format!("{site}/payments/{{id}}")])
            }
            Challenges::ByScript => command.args(["--stripe-publishable-key", "pk_test_1"]),
        };
        let marketplace = Marketplace::start_on(port, data.path(), command.args(flags)).await;
        Self { marketplace, simulator, _data: data }
    }

    /// Signs up in the browser and orders one unit; returns the path of the order.
    pub(super) async fn order(&self, browser: &Browser) -> String {
        let client = self.client();
        let seller = client.sign_up(&fresh("seller")).await;
        let body = json!({"title": fresh("Card"), "price": 20.5, "quantity": 5});
        let ticket = format!("/tickets/{}", offer_ticket(&client, &seller, body).await);
        browser.open_page(&ticket).await;
        browser.click("Sign in to buy").await;
        signs_up(browser).await;
        browser.arrives_at(&ticket).await;
        orders_one(browser, &ticket).await
    }

    /// The payer ends a challenge on another device.
    pub(super) fn end_challenge(&self, outcome: Outcome) {
        self.act(IntentStatus::RequiresAction, Action::EndChallenge(outcome));
    }

    /// The bank ends the processing of payments.
    pub(super) fn end_processing(&self, outcome: Outcome) {
        self.act(IntentStatus::Processing, Action::EndProcessing(outcome));
    }

    fn act(&self, status: IntentStatus, action: Action) {
        self.simulator.with(|provider, now| {
            let intents = provider.intents.iter().filter(|(_, intent)| intent.status() == status);
            let ids: Vec<String> = intents.map(|(id, _)| id.clone()).collect();
            assert!(!ids.is_empty(), "no payment is {status:?}");
            for id in ids {
                provider.act(action, &id, now).unwrap();
            }
        });
    }

    /// The movements of money of all payments, oldest first, by the simulator's own ledger.
    pub(super) fn ledger(&self) -> Vec<EntryKind> {
        self.simulator
            .with(|provider, _| provider.ledger.entries.iter().map(|entry| entry.kind).collect())
    }
}
