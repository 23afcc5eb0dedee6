//! Webhooks: what is told, in which order, how often, and under which signature.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::shop::{AMOUNT, Shop};
use contract::Timestamp;
use provider_simulator::{
    Delivery, EventType, Receipt, Request, WebhookFault, WebhookFaultKind, WebhookOrder, signature,
};
use serde_json::Value;

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

fn fault(kind: WebhookFaultKind, event_type: Option<EventType>) -> WebhookFault {
    WebhookFault { kind, event_type, times: 1 }
}

fn take(shop: &mut Shop, receipt: Receipt) -> Option<Delivery> {
    let delivery = shop.provider.next_delivery(shop.now)?;
    shop.provider.receipt(delivery.id, receipt, shop.now);
    Some(delivery)
}

#[test]
fn what_happens_is_told_in_its_order() {
    let mut shop = Shop::new();
    shop.sell("pm_card_visa");
    assert_eq!(shop.take_events(), SOLD);
    shop.intent_in(provider_simulator::IntentStatus::Canceled);
    let cancelled = [IntentCreated, ChargeSucceeded, IntentAmountCapturableUpdated, IntentCanceled];
    assert_eq!(shop.take_events(), cancelled);
}

#[test]
fn an_event_shows_the_object_as_it_was_and_who_asked() {
    let mut shop = Shop::new();
    let id = shop.create();
    let confirm = Request::confirm_intent(&id, "pm_card_visa").keyed("confirm-17");
    let confirmed = shop.ask(&confirm);
    shop.get(&Request::capture_intent(&id));
    let mut bodies: Vec<Value> = Vec::new();
    while let Some(delivery) = take(&mut shop, Receipt::Accepted) {
        bodies.push(serde_json::from_str(&delivery.body).unwrap());
    }
    let held = &bodies[2];
    assert_eq!(
        (&held["object"], &held["type"]),
        (&"event".into(), &"payment_intent.amount_capturable_updated".into())
    );
    assert_eq!(held["data"]["object"], confirmed.json());
    assert_eq!(held["request"]["idempotency_key"], "confirm-17");
    assert_eq!(held["request"]["id"], confirmed.request_id);
    let ids: BTreeSet<&str> = bodies.iter().map(|body| body["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), SOLD.len());
}

#[test]
fn a_delivery_that_fails_is_tried_again_after_pauses_that_double_up_to_a_bound() {
    let mut shop = Shop::new();
    shop.create();
    let first = take(&mut shop, Receipt::Failed).unwrap();
    for attempt in 2..=16 {
        let pause = Duration::from_secs(1 << (attempt - 2));
        shop.pass(pause.saturating_sub(Duration::from_millis(1)));
        assert_eq!(shop.provider.next_delivery(shop.now), None, "{attempt}");
        shop.pass(Duration::from_millis(1));
        let again = take(&mut shop, Receipt::Failed).unwrap();
        assert_eq!(again, Delivery { attempt, ..first.clone() });
    }
    assert_eq!((shop.provider.outstanding_deliveries(), shop.provider.next_due()), (0, None));
}

#[test]
fn a_delivery_is_under_way_until_its_receipt() {
    let mut shop = Shop::new();
    shop.create();
    let delivery = shop.provider.next_delivery(shop.now).unwrap();
    assert_eq!(shop.provider.next_delivery(shop.now), None);
    assert_eq!(shop.provider.outstanding_deliveries(), 1);
    shop.provider.receipt(delivery.id, Receipt::Accepted, shop.now);
    shop.provider.receipt(delivery.id, Receipt::Failed, shop.now);
    assert_eq!(shop.provider.outstanding_deliveries(), 0);
}

#[test]
fn an_event_may_be_dropped_doubled_or_late() {
    let mut shop = Shop::new();
    shop.provider.plan_webhook(fault(WebhookFaultKind::Drop, Some(ChargeCaptured)));
    shop.provider
        .plan_webhook(fault(WebhookFaultKind::Duplicate { copies: 2 }, Some(IntentSucceeded)));
    shop.provider.plan_webhook(fault(
        WebhookFaultKind::Delay { ms: 5_000 },
        Some(IntentAmountCapturableUpdated),
    ));
    assert_eq!(shop.provider.planned_webhooks().len(), 3);
    shop.sell("pm_card_visa");
    let now = [IntentCreated, ChargeSucceeded, IntentSucceeded, IntentSucceeded, IntentSucceeded];
    assert_eq!(shop.take_events(), now);
    shop.pass(Duration::from_millis(4_999));
    assert_eq!(shop.take_events(), []);
    shop.pass(Duration::from_millis(1));
    assert_eq!(shop.take_events(), [IntentAmountCapturableUpdated]);
    assert_eq!(shop.provider.planned_webhooks(), []);
    // What was dropped did happen, and can be told after all.
    let dropped = shop.provider.events().into_iter().find(|it| it.event_type == ChargeCaptured);
    shop.provider.resend(&dropped.unwrap().id, shop.now).unwrap();
    assert_eq!(shop.take_events(), [ChargeCaptured]);
    assert!(shop.provider.resend("evt_none", shop.now).is_err());
}

#[test]
fn duplicates_are_the_same_event() {
    let mut shop = Shop::new();
    shop.provider.plan_webhook(fault(WebhookFaultKind::Duplicate { copies: 1 }, None));
    shop.create();
    let (one, two) =
        (take(&mut shop, Receipt::Failed).unwrap(), take(&mut shop, Receipt::Accepted).unwrap());
    assert_eq!((one.event_id, one.body), (two.event_id, two.body));
    shop.pass(Duration::from_secs(1));
    assert_eq!(shop.take_events(), [IntentCreated]);
}

#[test]
fn events_go_out_in_the_order_that_is_set() {
    let mut shop = Shop::new();
    shop.provider.set_webhook_order(WebhookOrder::Reversed);
    shop.sell("pm_card_visa");
    let mut reversed = SOLD;
    reversed.reverse();
    assert_eq!(shop.take_events(), reversed);
    shop.provider.set_webhook_order(WebhookOrder::Shuffled);
    let mut seen = BTreeSet::new();
    for _ in 0..50 {
        shop.sell("pm_card_visa");
        let mut order = shop.take_events();
        seen.insert(order.clone());
        order.sort_unstable();
        let mut all = SOLD;
        all.sort_unstable();
        assert_eq!(order, all);
    }
    assert!(seen.len() > 10, "{} orders", seen.len());
}

#[test]
fn a_signature_is_that_of_every_secret() {
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
    // HMAC-SHA256 as `openssl dgst -sha256 -hmac whsec_old` has it.
    assert_eq!(first, "0644be742a35ceed5eb226b7d0d295bda01b8288b2685bd930a49ad959addd02");
}

#[test]
fn every_event_type_has_the_name_it_is_read_by() {
    let mut shop = Shop::new();
    shop.get(&Request::create_intent(AMOUNT, "usd"));
    for event in shop.provider.events() {
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["type"], event.event_type.name());
    }
}
