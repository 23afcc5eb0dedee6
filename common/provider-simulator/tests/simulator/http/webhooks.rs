//! Webhooks over HTTP: signed, parsed by the client's crate, retried.

use std::time::Duration;

use provider_simulator::http::Deliveries;
use reqwest::Method;
use serde_json::{Value, json};
use stripe_core::refund::CreateRefund;
use stripe_shared::PaymentIntentStatus;
use stripe_webhook::{Event, EventObject, Webhook as Reader, WebhookError};

use crate::merchant::text;
use crate::server::{AMOUNT, TestServer, cancel, confirm, refused, until};
use crate::webhook::{Post, SECRET, Webhook};

fn start() -> (TestServer, Webhook) {
    let webhook = Webhook::start();
    (TestServer::start_with(Some(webhook.address()), Deliveries::Manual), webhook)
}

impl TestServer {
    fn event(&self, post: &Post) -> Result<Event, WebhookError> {
        self.event_signed_with(SECRET, post)
    }

    fn event_signed_with(&self, secret: &str, post: &Post) -> Result<Event, WebhookError> {
        let (body, signature, now) = (&post.body, &post.signature, self.clock.now().unix_ms());
        Reader::construct_event_with_timestamp(body, signature, secret, now / 1000)
    }

    /// The only event that is due.
    async fn only_event(&self, webhook: &Webhook) -> Post {
        self.simulator.webhook_sender().run_once().await;
        webhook.take().remove(0)
    }

    /// Delivers due events; returns the types of those received.
    async fn delivered(&self, webhook: &Webhook) -> Vec<String> {
        self.simulator.webhook_sender().run_once().await;
        let read = |post: &Post| self.event(post).unwrap().type_.to_string();
        webhook.take().iter().map(read).collect()
    }
}

/// The id of an event's object, and whether the object is as expected.
fn id_and_fact(object: EventObject) -> (String, bool) {
    use EventObject as E;
    use PaymentIntentStatus::{Processing, RequiresPaymentMethod};
    match object {
        E::PaymentIntentCreated(it) => (it.id.to_string(), it.status == RequiresPaymentMethod),
        E::PaymentIntentRequiresAction(it) => (it.id.to_string(), it.next_action.is_some()),
        E::PaymentIntentProcessing(it) => (it.id.to_string(), it.status == Processing),
        E::PaymentIntentAmountCapturableUpdated(it) => {
            (it.id.to_string(), it.amount_capturable == AMOUNT)
        }
        E::PaymentIntentSucceeded(it) => (it.id.to_string(), it.amount_received == AMOUNT),
        E::PaymentIntentPaymentFailed(it) => (it.id.to_string(), it.last_payment_error.is_some()),
        E::PaymentIntentCanceled(it) => (it.id.to_string(), it.canceled_at.is_some()),
        E::ChargeSucceeded(it) | E::ChargeExpired(it) => (it.id.to_string(), !it.captured),
        E::ChargeCaptured(it) => (it.id.to_string(), it.amount_captured == AMOUNT),
        E::ChargeRefunded(it) => (it.id.to_string(), it.amount_refunded == 50 && !it.refunded),
        E::RefundCreated(it) => (it.id.to_string(), it.amount == 50),
        E::RefundUpdated(it) | E::RefundFailed(it) => {
            (it.id.to_string(), it.status.as_deref() == Some("failed"))
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_event_is_signed_and_can_be_parsed() {
    let (server, webhook) = start();
    let sold = server.sold("pm_card_refundFail").await;
    server.send(&CreateRefund::new().payment_intent(sold.id.as_str()).amount(50)).await.unwrap();
    server.clock.advance(Duration::from_secs(10));
    let cancelled = server.confirmed("pm_card_visa").await;
    server.send(&cancel(&cancelled)).await.unwrap();
    let challenged = server.confirmed("pm_card_authenticationRequired").await;
    refused(server.send(&confirm(&challenged, "pm_card_chargeDeclined")).await);
    server.confirmed("pm_card_simulator_processing").await;
    server.confirmed("pm_card_visa").await;
    server.clock.advance(Duration::from_hours(7 * 24));

    server.simulator.webhook_sender().run_once().await;
    let mut seen = Vec::new();
    for post in webhook.take() {
        let event = server.event(&post).unwrap();
        let body: Value = serde_json::from_str(&post.body).unwrap();
        let found = id_and_fact(event.data.object);
        assert_eq!(found, (text(&body["data"]["object"], "id"), true), "{body}");
        seen.push(event.type_.to_string());
    }
    seen.sort_unstable();
    seen.dedup();
    let all = [
        "charge.captured",
        "charge.expired",
        "charge.refunded",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "payment_intent.canceled",
        "payment_intent.created",
        "payment_intent.payment_failed",
        "payment_intent.processing",
        "payment_intent.requires_action",
        "payment_intent.succeeded",
        "refund.created",
        "refund.failed",
        "refund.updated",
    ];
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_signature_is_valid_for_its_secret_body_and_time_only() {
    let (server, webhook) = start();
    server.created().await;
    let post = server.only_event(&webhook).await;
    server.event(&post).unwrap();
    let other = Post { body: post.body.replace("usd", "eur"), ..post.clone() };
    assert!(matches!(server.event(&other), Err(WebhookError::BadSignature)));
    let forged = server.event_signed_with("whsec_other", &post);
    assert!(matches!(forged, Err(WebhookError::BadSignature)));
    server.clock.advance(Duration::from_secs(301));
    assert!(matches!(server.event(&post), Err(WebhookError::BadTimestamp(_))));
}

#[tokio::test]
async fn both_secrets_are_valid_during_a_rotation() {
    let (server, webhook) = start();
    let mut address = webhook.address();
    address.secrets.push("whsec_new".to_owned());
    server.simulator.set_webhook(address);
    server.created().await;
    let post = server.only_event(&webhook).await;
    for secret in [SECRET, "whsec_new"] {
        server.event_signed_with(secret, &post).unwrap();
    }
}

#[tokio::test]
async fn a_rejected_delivery_is_retried() {
    let (server, webhook) = start();
    webhook.response(&[500, 302, 400]);
    server.created().await;
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
    server.sold("pm_card_visa").await;
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
    server.created().await;
    assert_eq!(server.read("events").await["outstanding"], 1);
    let address = serde_json::to_value(webhook.address()).unwrap();
    assert_eq!(server.call(Method::PUT, "webhook", &address).await.0, 204);
    let quiet = || async { server.read("events").await["outstanding"] == 0 };
    until("every event is delivered", quiet).await;
    assert_eq!(webhook.take().len(), 1);
    webhook.response(&[500]);
    server.created().await;
    until("the webhook was tried", || async { webhook.take().len() == 1 }).await;
    let next = Some(server.clock.now().plus(Duration::from_secs(1)));
    let is_planned = || async { server.simulator.with(|it, _| it.next_due()) == next };
    until("the next attempt is planned", is_planned).await;
    server.clock.advance(Duration::from_secs(1));
    until("every event is delivered", quiet).await;
    assert_eq!(webhook.take().len(), 1);
}
