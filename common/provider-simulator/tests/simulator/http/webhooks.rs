//! Webhooks over HTTP: signed, parsed by the client's crate, retried.

use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Mutex;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use provider_simulator::http::{Deliveries, Webhook as Address};
use reqwest::Method;
use stripe_webhook::{Event, EventObject, Webhook as Reader};
use tokio::task::JoinSet;

use crate::prelude::*;
use crate::server::{TestServer, until};

/// The signing secrets, as during a rotation.
const SECRETS: [&str; 2] = ["whsec_old", "whsec_new"];

/// A running webhook that records requests and returns configured statuses; dropping it stops the
/// server.
struct Webhook {
    address: SocketAddr,
    kept: Data<Recorded>,
    _serving: JoinSet<()>,
}

#[derive(Default)]
struct Recorded {
    posts: Mutex<Vec<Post>>,
    responses: Mutex<VecDeque<u16>>,
}

/// A received request.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Post {
    signature: String,
    body: String,
}

impl Webhook {
    fn start() -> Self {
        let kept = Data::new(Recorded::default());
        let shared = Data::clone(&kept);
        let server = HttpServer::new(move || {
            App::new().app_data(Data::clone(&shared)).default_service(actix_web::web::to(keep))
        });
        let server = server.workers(1).shutdown_timeout(0).disable_signals();
        let server = server.bind(("127.0.0.1", 0)).unwrap();
        let (address, server) = (server.addrs()[0], server.run());
        let mut serving = JoinSet::new();
        serving.spawn(async move { server.await.unwrap() });
        Self { address, kept, _serving: serving }
    }

    /// Its URL.
    fn address(&self) -> Address {
        let url = format!("http://{}/webhook", self.address);
        Address { url, secrets: SECRETS.map(str::to_owned).to_vec() }
    }

    /// Sets the statuses of the next responses; later ones are 200.
    fn response(&self, statuses: &[u16]) {
        self.kept.responses.lock().unwrap().extend(statuses);
    }

    /// Takes the requests received since the last call.
    fn take(&self) -> Vec<Post> {
        std::mem::take(&mut *self.kept.posts.lock().unwrap())
    }
}

async fn keep(kept: Data<Recorded>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let signature = request.headers().get("Stripe-Signature").unwrap().to_str().unwrap().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    kept.posts.lock().unwrap().push(Post { signature, body });
    let status = kept.responses.lock().unwrap().pop_front().unwrap_or(200);
    HttpResponse::new(StatusCode::from_u16(status).unwrap())
}

fn start() -> (TestServer, Webhook) {
    let webhook = Webhook::start();
    (TestServer::start_with(Some(webhook.address()), Deliveries::Manual), webhook)
}

impl TestServer {
    /// The event of a delivery, which is signed with both secrets.
    fn event(&self, post: &Post) -> Event {
        let now = self.clock.now().unix_ms() / 1000;
        let read = |secret: &str| {
            Reader::construct_event_with_timestamp(&post.body, &post.signature, secret, now)
        };
        read(SECRETS[0]).unwrap();
        read(SECRETS[1]).unwrap()
    }

    /// Delivers due events; returns the types of those received.
    async fn delivered(&self, webhook: &Webhook) -> Vec<String> {
        self.simulator.deliver_due().await;
        let read = |post: &Post| self.event(post).type_.to_string();
        webhook.take().iter().map(read).collect()
    }
}

type Fact = fn(&Value) -> bool;

/// Every event type, and what its object shows.
const FACTS: [(&str, Fact); 14] = [
    ("charge.captured", |it| it["amount_captured"] == AMOUNT),
    ("charge.expired", |it| it["captured"] == false),
    ("charge.refunded", |it| it["amount_refunded"] == 50 && it["refunded"] == false),
    ("charge.succeeded", |it| it["captured"] == false),
    ("payment_intent.amount_capturable_updated", |it| it["amount_capturable"] == AMOUNT),
    ("payment_intent.canceled", |it| it["canceled_at"].is_i64()),
    ("payment_intent.created", |it| it["status"] == "requires_payment_method"),
    ("payment_intent.payment_failed", |it| it["last_payment_error"].is_object()),
    ("payment_intent.processing", |it| it["status"] == "processing"),
    ("payment_intent.requires_action", |it| it["next_action"].is_object()),
    ("payment_intent.succeeded", |it| it["amount_received"] == AMOUNT),
    ("refund.created", |it| it["amount"] == 50),
    ("refund.failed", |it| it["status"] == "failed"),
    ("refund.updated", |it| it["status"] == "failed"),
];

#[tokio::test]
async fn every_event_is_signed_and_can_be_parsed() {
    let (server, webhook) = start();
    server.merchant(|merchant| {
        let sold = merchant.sell("pm_card_refundFail");
        merchant.get(&create_refund(&sold).with("amount", 50));
    });
    server.clock.advance(Duration::from_secs(10));
    server.merchant(|merchant| {
        let cancelled = merchant.pay("pm_card_visa");
        merchant.get(&cancel(&cancelled));
        let challenged = merchant.pay("pm_card_authenticationRequired");
        merchant.fail(&confirm(&challenged, "pm_card_chargeDeclined"), 402, &json!({}));
        merchant.pay("pm_card_simulator_processing");
        merchant.pay("pm_card_visa");
    });
    server.clock.advance(Duration::from_hours(7 * 24));

    server.simulator.deliver_due().await;
    let mut seen = BTreeSet::new();
    for post in webhook.take() {
        let event = server.event(&post);
        let body: Value = serde_json::from_str(&post.body).unwrap();
        let fact = FACTS.iter().find(|(event_type, _)| *event_type == event.type_.as_str());
        let (event_type, shows) = fact.unwrap_or_else(|| panic!("{body}"));
        assert!(shows(&body["data"]["object"]), "{body}");
        assert!(!matches!(event.data.object, EventObject::Unknown(_)), "{body}");
        seen.insert(*event_type);
    }
    assert_eq!(seen, FACTS.map(|(event_type, _)| event_type).into());
}

#[tokio::test]
async fn a_rejected_delivery_is_retried() {
    let (server, webhook) = start();
    webhook.response(&[500, 302, 400]);
    server.merchant(Merchant::create);
    for pause in [0, 1, 2, 4] {
        server.clock.advance(Duration::from_secs(pause));
        assert_eq!(server.delivered(&webhook).await, ["payment_intent.created"]);
        assert_eq!(server.delivered(&webhook).await, [""; 0]);
    }
    server.clock.advance(Duration::from_hours(1));
    assert_eq!(server.delivered(&webhook).await, [""; 0]);
    assert_eq!(server.read("events").await["outstanding"], 0);
}

#[tokio::test]
async fn the_control_api_drops_duplicates_delays_and_reverses_webhooks() {
    let (server, webhook) = start();
    for fault in [
        json!({ "kind": "drop", "event": "payment_intent.created" }),
        json!({ "kind": "duplicate", "copies": 1, "event": "charge.succeeded" }),
        json!({ "kind": "delay", "ms": 1_000, "event": "payment_intent.succeeded" }),
    ] {
        server.control("webhook-faults", fault).await;
    }
    let order = json!({ "order": "reversed" });
    assert_eq!(server.call(Method::PUT, "webhook-order", &order).await.0, 204);
    server.merchant(|merchant| merchant.sell("pm_card_visa"));
    let due = [
        "charge.captured",
        "payment_intent.amount_capturable_updated",
        "charge.succeeded",
        "charge.succeeded",
    ];
    assert_eq!(server.delivered(&webhook).await, due);
    server.clock.advance(Duration::from_secs(1));
    assert_eq!(server.delivered(&webhook).await, ["payment_intent.succeeded"]);
    let events = server.read("events").await;
    assert_eq!(events["events"][0]["type"], "payment_intent.created");
    let dropped = text(&events["events"][0], "id");
    server.control(&format!("events/{dropped}/resend"), json!({})).await;
    assert_eq!(server.delivered(&webhook).await, ["payment_intent.created"]);
}

#[tokio::test]
async fn events_wait_for_a_webhook_and_are_sent_in_the_background() {
    let webhook = Webhook::start();
    let server = TestServer::start_with(None, Deliveries::Background);
    server.merchant(Merchant::create);
    assert_eq!(server.read("events").await["outstanding"], 1);
    let address = serde_json::to_value(webhook.address()).unwrap();
    assert_eq!(server.call(Method::PUT, "webhook", &address).await.0, 204);
    let quiet = || async { server.read("events").await["outstanding"] == 0 };
    until("every event is delivered", quiet).await;
    assert_eq!(webhook.take().len(), 1);
    webhook.response(&[500]);
    server.merchant(Merchant::create);
    until("the webhook was tried", || async { webhook.take().len() == 1 }).await;
    let next = Some(server.clock.now().plus(Duration::from_secs(1)));
    let is_planned = || async { server.simulator.with(|it, _| it.next_due()) == next };
    until("the next attempt is planned", is_planned).await;
    server.clock.advance(Duration::from_secs(1));
    until("every event is delivered", quiet).await;
    assert_eq!(webhook.take().len(), 1);
}
