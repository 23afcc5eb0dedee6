//! Webhooks over HTTP: signed, read by the client's crate, tried again.

use std::time::Duration;

use provider_simulator::http::Deliveries;
use serde_json::{Value, json};
use stripe_core::refund::CreateRefund;
use stripe_shared::PaymentIntentStatus;
use stripe_webhook::{Event, EventObject, Webhook as Reader, WebhookError};

use crate::served::{AMOUNT, Served, cancel, capture, confirm, refused, until};
use crate::webhook::{Post, SECRET, Webhook};

fn start() -> (Served, Webhook) {
    let webhook = Webhook::start();
    (Served::start_with(Some(webhook.address()), Deliveries::ByHand), webhook)
}

impl Served {
    fn seconds(&self) -> i64 {
        self.clock.now().unix_ms() / 1000
    }

    fn event(&self, post: &Post) -> Result<Event, WebhookError> {
        let (body, signature) = (&post.body, &post.signature);
        Reader::construct_event_with_timestamp(body, signature, SECRET, self.seconds())
    }

    /// Delivers what is due; the types of what came.
    async fn delivered(&self, webhook: &Webhook) -> Vec<String> {
        self.simulator.courier().run_once().await;
        let read = |post: &Post| self.event(post).unwrap().type_.to_string();
        webhook.take().iter().map(read).collect()
    }
}

/// What an event is about, and whether that is as it must be.
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
async fn every_event_is_signed_and_can_be_read() {
    let (served, webhook) = start();
    let sold = served.confirmed("pm_card_refundFail").await;
    served.ask(&capture(&sold)).await.unwrap();
    served.ask(&CreateRefund::new().payment_intent(sold.id.as_str()).amount(50)).await.unwrap();
    served.clock.advance(Duration::from_secs(10));
    let cancelled = served.confirmed("pm_card_visa").await;
    served.ask(&cancel(&cancelled)).await.unwrap();
    let challenged = served.confirmed("pm_card_authenticationRequired").await;
    refused(served.ask(&confirm(&challenged, "pm_card_chargeDeclined")).await);
    served.confirmed("pm_card_simulator_processing").await;
    served.confirmed("pm_card_visa").await;
    served.clock.advance(Duration::from_hours(7 * 24));

    served.simulator.courier().run_once().await;
    let mut seen = Vec::new();
    for post in webhook.take() {
        let event = served.event(&post).unwrap();
        let object: Value =
            serde_json::from_str::<Value>(&post.body).unwrap()["data"]["object"].clone();
        assert_eq!(
            id_and_fact(event.data.object),
            (object["id"].as_str().unwrap().to_owned(), true)
        );
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
async fn a_signature_fits_its_secret_its_body_and_its_moment_only() {
    let (served, webhook) = start();
    served.created().await;
    served.simulator.courier().run_once().await;
    let post = webhook.take().remove(0);
    served.event(&post).unwrap();
    let other = Post { body: post.body.replace("usd", "eur"), ..post.clone() };
    assert!(matches!(served.event(&other), Err(WebhookError::BadSignature)));
    let forged = Reader::construct_event_with_timestamp(
        &post.body,
        &post.signature,
        "whsec_other",
        served.seconds(),
    );
    assert!(matches!(forged, Err(WebhookError::BadSignature)));
    served.clock.advance(Duration::from_secs(301));
    assert!(matches!(served.event(&post), Err(WebhookError::BadTimestamp(_))));
}

#[tokio::test]
async fn while_a_secret_is_rolled_both_fit() {
    let (served, webhook) = start();
    let mut address = webhook.address();
    address.secrets.push("whsec_new".to_owned());
    served.simulator.set_webhook(address);
    served.created().await;
    served.simulator.courier().run_once().await;
    let post = webhook.take().remove(0);
    for secret in [SECRET, "whsec_new"] {
        let read = Reader::construct_event_with_timestamp(
            &post.body,
            &post.signature,
            secret,
            served.seconds(),
        );
        read.unwrap();
    }
}

#[tokio::test]
async fn what_is_not_accepted_is_delivered_again() {
    let (served, webhook) = start();
    webhook.answer(&[500, 302, 400]);
    served.created().await;
    for pause in [0, 1, 2, 4] {
        served.clock.advance(Duration::from_secs(pause));
        assert_eq!(served.delivered(&webhook).await, ["payment_intent.created"]);
        assert_eq!(served.delivered(&webhook).await, [""; 0]);
    }
    served.clock.advance(Duration::from_hours(1));
    assert_eq!(served.delivered(&webhook).await, [""; 0]);
    assert_eq!(served.read("events").await["outstanding"], 0);
}

#[tokio::test]
async fn webhooks_are_dropped_doubled_delayed_and_reversed_by_knobs() {
    let (served, webhook) = start();
    for fault in [
        json!({ "kind": "drop", "event": "payment_intent.created" }),
        json!({ "kind": "duplicate", "copies": 1, "event": "charge.succeeded" }),
        json!({ "kind": "delay", "ms": 1_000, "event": "payment_intent.succeeded" }),
    ] {
        served.turn("webhook-faults", &fault).await;
    }
    let order = served.http.put(served.knob("webhook-order")).json(&json!({ "order": "reversed" }));
    assert_eq!(order.send().await.unwrap().status(), 204);
    let sold = served.confirmed("pm_card_visa").await;
    served.ask(&capture(&sold)).await.unwrap();
    let due = [
        "charge.captured",
        "payment_intent.amount_capturable_updated",
        "charge.succeeded",
        "charge.succeeded",
    ];
    assert_eq!(served.delivered(&webhook).await, due);
    served.clock.advance(Duration::from_secs(1));
    assert_eq!(served.delivered(&webhook).await, ["payment_intent.succeeded"]);
    let events = served.read("events").await;
    assert_eq!(events["events"][0]["type"], "payment_intent.created");
    let dropped = events["events"][0]["id"].as_str().unwrap();
    served.turn(&format!("events/{dropped}/resend"), &json!({})).await;
    assert_eq!(served.delivered(&webhook).await, ["payment_intent.created"]);
}

#[tokio::test]
async fn events_wait_for_a_webhook_and_go_out_by_themselves() {
    let webhook = Webhook::start();
    let served = Served::start_with(None, Deliveries::InBackground);
    served.created().await;
    assert_eq!(served.read("events").await["outstanding"], 1);
    let address = serde_json::to_value(webhook.address()).unwrap();
    let setting = served.http.put(served.knob("webhook")).json(&address).send().await.unwrap();
    assert_eq!(setting.status(), 204);
    let quiet = || async { served.read("events").await["outstanding"] == 0 };
    until("every event is delivered", quiet).await;
    assert_eq!(webhook.take().len(), 1);
    webhook.answer(&[500]);
    served.created().await;
    until("the webhook was tried", || async { webhook.take().len() == 1 }).await;
    until("the next attempt is planned", || async {
        served
            .simulator
            .with(|provider, now| provider.next_due() == Some(now.plus(Duration::from_secs(1))))
    })
    .await;
    served.clock.advance(Duration::from_secs(1));
    until("every event is delivered", quiet).await;
    assert_eq!(webhook.take().len(), 1);
}
