//! Webhooks: events, their order, number and signatures.

use crate::prelude::*;
use std::collections::BTreeSet;

use stripe_webhook::{Webhook, WebhookError};

use EventType::{
    ChargeCaptured, ChargeSucceeded, IntentAmountCapturableUpdated, IntentCanceled, IntentCreated,
    IntentSucceeded,
};

const SOLD: [EventType; 5] = [
    IntentCreated,
    ChargeSucceeded,
    IntentAmountCapturableUpdated,
    ChargeCaptured,
    IntentSucceeded,
];

fn plan(merchant: &mut Merchant, kind: WebhookFaultKind, event_type: Option<EventType>) {
    merchant.provider.webhooks.faults.push(WebhookFault { kind, event_type, times: 1 });
}

fn take(merchant: &mut Merchant, receipt: Receipt) -> Option<Delivery> {
    let delivery = merchant.provider.next_delivery(merchant.now)?;
    merchant.provider.webhooks.receipt(delivery.id, receipt, merchant.now);
    Some(delivery)
}

#[test]
fn events_are_delivered_in_order() {
    let mut merchant = Merchant::new();
    merchant.sell("pm_card_visa");
    assert_eq!(merchant.take_events(), SOLD);
    merchant.intent_in(provider_simulator::IntentStatus::Canceled);
    let cancelled = [IntentCreated, ChargeSucceeded, IntentAmountCapturableUpdated, IntentCanceled];
    assert_eq!(merchant.take_events(), cancelled);
}

#[test]
fn an_event_contains_the_object_and_the_causing_request() {
    let mut merchant = Merchant::new();
    let id = merchant.create();
    let confirmation = confirm(&id, "pm_card_visa").keyed("confirm-17");
    let confirmed = merchant.send(&confirmation);
    merchant.get(&capture(&id));
    let mut bodies: Vec<Value> = Vec::new();
    while let Some(delivery) = take(&mut merchant, Receipt::Accepted) {
        bodies.push(serde_json::from_str(&delivery.event.body).unwrap());
    }
    let held = &bodies[2];
    let expected = json!({
        "object": "event",
        "type": "payment_intent.amount_capturable_updated",
        "request": { "idempotency_key": "confirm-17", "id": confirmed.request_id },
    });
    has("held", held, &expected);
    assert_eq!(held["data"]["object"], confirmed.json());
    let ids: BTreeSet<&str> = bodies.iter().map(|body| body["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), SOLD.len());
}

#[test]
fn a_failed_delivery_is_retried_with_exponential_backoff() {
    let mut merchant = Merchant::new();
    merchant.create();
    let first = take(&mut merchant, Receipt::Failed).unwrap();
    for attempt in 2..=16 {
        let pause = Duration::from_secs(1 << (attempt - 2));
        merchant.pass(pause.saturating_sub(Duration::from_millis(1)));
        assert_eq!(merchant.provider.next_delivery(merchant.now), None, "{attempt}");
        merchant.pass(Duration::from_millis(1));
        let again = take(&mut merchant, Receipt::Failed).unwrap();
        assert_eq!(again, Delivery { attempt, ..first.clone() });
    }
    assert_eq!(merchant.provider.webhooks.outstanding(), 0);
    assert_eq!(merchant.provider.next_due(), None);
}

#[test]
fn a_delivery_is_in_progress_until_its_receipt() {
    let mut merchant = Merchant::new();
    merchant.create();
    let delivery = merchant.provider.next_delivery(merchant.now).unwrap();
    assert_eq!(merchant.provider.next_delivery(merchant.now), None);
    assert_eq!(merchant.provider.webhooks.outstanding(), 1);
    merchant.provider.webhooks.receipt(delivery.id, Receipt::Accepted, merchant.now);
    merchant.provider.webhooks.receipt(delivery.id, Receipt::Failed, merchant.now);
    assert_eq!(merchant.provider.webhooks.outstanding(), 0);
}

#[test]
fn an_event_can_be_dropped_duplicated_or_delayed() {
    let mut merchant = Merchant::new();
    let (twice, late) =
        (WebhookFaultKind::Duplicate { copies: 2 }, WebhookFaultKind::Delay { ms: 5_000 });
    plan(&mut merchant, WebhookFaultKind::Drop, Some(ChargeCaptured));
    plan(&mut merchant, twice, Some(IntentSucceeded));
    plan(&mut merchant, late, Some(IntentAmountCapturableUpdated));
    assert_eq!(merchant.provider.webhooks.faults.len(), 3);
    merchant.sell("pm_card_visa");
    let now = [IntentCreated, ChargeSucceeded, IntentSucceeded, IntentSucceeded, IntentSucceeded];
    assert_eq!(merchant.take_events(), now);
    merchant.pass(Duration::from_millis(4_999));
    assert_eq!(merchant.take_events(), []);
    merchant.pass(Duration::from_millis(1));
    assert_eq!(merchant.take_events(), [IntentAmountCapturableUpdated]);
    assert_eq!(merchant.provider.webhooks.faults, []);
    // A dropped event is listed and can be delivered again.
    let dropped = merchant.provider.events.iter().find(|it| it.event_type == ChargeCaptured);
    let dropped = dropped.unwrap().id.clone();
    merchant.provider.resend(&dropped, merchant.now).unwrap();
    assert_eq!(merchant.take_events(), [ChargeCaptured]);
    assert!(merchant.provider.resend("evt_none", merchant.now).is_err());
}

#[test]
fn a_duplicate_has_the_id_of_its_event() {
    let mut merchant = Merchant::new();
    plan(&mut merchant, WebhookFaultKind::Duplicate { copies: 1 }, None);
    merchant.create();
    let one = take(&mut merchant, Receipt::Failed).unwrap();
    let two = take(&mut merchant, Receipt::Accepted).unwrap();
    assert_eq!(one.event, two.event);
    merchant.pass(Duration::from_secs(1));
    assert_eq!(merchant.take_events(), [IntentCreated]);
}

#[test]
fn events_are_delivered_in_the_configured_order() {
    let mut merchant = Merchant::new();
    merchant.provider.webhooks.order = WebhookOrder::Reversed;
    merchant.sell("pm_card_visa");
    let mut reversed = SOLD;
    reversed.reverse();
    assert_eq!(merchant.take_events(), reversed);
    merchant.provider.webhooks.order = WebhookOrder::Shuffled;
    let mut all = SOLD;
    all.sort_unstable();
    let mut seen = BTreeSet::new();
    for _ in 0..50 {
        merchant.sell("pm_card_visa");
        let mut order = merchant.take_events();
        seen.insert(order.clone());
        order.sort_unstable();
        assert_eq!(order, all);
    }
    assert!(seen.len() > 10, "{} orders", seen.len());
}

#[test]
fn the_header_has_a_signature_for_each_secret() {
    let secrets = ["whsec_old".to_owned(), "whsec_new".to_owned()];
    let (old, new) = secrets.split_at(1);
    let at = Timestamp::from_unix_ms(1_492_774_577_999);
    let header = signature(&secrets, at, "{}");
    let (time, signatures) = header.split_once(",v1=").unwrap();
    assert_eq!(time, "t=1492774577");
    let (first, second) = signatures.split_once(",v1=").unwrap();
    assert_eq!(signature(old, at, "{}"), format!("t=1492774577,v1={first}"));
    assert_eq!(signature(new, at, "{}"), format!("t=1492774577,v1={second}"));
    assert_ne!(signature(old, at, "{ }"), signature(old, at, "{}"));
    assert_ne!(first, second);
    // HMAC-SHA256 as `openssl dgst -sha256 -hmac whsec_old` prints it.
    assert_eq!(first, "0644be742a35ceed5eb226b7d0d295bda01b8288b2685bd930a49ad959addd02");
}

#[test]
fn a_signature_is_valid_for_its_secrets_body_and_time_only() {
    let mut merchant = Merchant::new();
    merchant.create();
    let body = take(&mut merchant, Receipt::Accepted).unwrap().event.body;
    let secrets = ["whsec_old", "whsec_new"];
    let header = signature(&secrets.map(str::to_owned), merchant.now, &body);
    let now = merchant.now.unix_ms() / 1000;
    let read = |body: &str, secret: &str, seconds: i64| {
        Webhook::construct_event_with_timestamp(body, &header, secret, now + seconds)
    };
    for secret in secrets {
        read(&body, secret, 300).unwrap();
        assert!(matches!(read(&body, secret, 301), Err(WebhookError::BadTimestamp(_))));
        let other = body.replace("usd", "eur");
        assert!(matches!(read(&other, secret, 0), Err(WebhookError::BadSignature)));
    }
    assert!(matches!(read(&body, "whsec_other", 0), Err(WebhookError::BadSignature)));
}

#[test]
fn every_event_type_has_its_serialised_name() {
    let mut merchant = Merchant::new();
    merchant.create();
    for event in &merchant.provider.events {
        let json = serde_json::to_value(event).unwrap();
        assert_eq!(json["type"], event.event_type.name());
    }
}
