//! Events: verification, storage, retention and effect, and the responses of the webhook.

use std::time::Duration;

use contract::{PaymentId, Timestamp};
use payments::domain::{EventResult, EventState, Payment, Purpose, State, VoidReason};
use provider_simulator::EntryKind::{Authorized, Captured};
use provider_simulator::{
    Action, EventType, FaultKind, Operation, Outcome, WebhookFault, WebhookFaultKind, WebhookOrder,
    signature,
};
use serde_json::json;
use testing::samples::{id, usd};

use crate::fixture::{
    OLD_SECRET, SECRET, challenged, confirmed, event, simulated, simulated_with_secrets,
};
use crate::samples::payment;

fn body(id: &str) -> String {
    event(id, "payment_intent.succeeded", "pi_1", "").to_string()
}

fn signed(secret: &str, at: Timestamp, body: &str) -> String {
    signature(&[secret.to_owned()], at, body)
}

#[tokio::test]
async fn an_event_is_stored_once_and_a_duplicate_receives_the_same_response() {
    let fixture = simulated().await;
    let sent = json!({
        "id": "evt_1",
        "type": "customer.created",
        "data": {"object": {"id": "cus_1", "object": "customer"}},
    });
    let first = fixture.post_event(&sent).await.expect(200);
    assert_eq!(first.json(), json!({"received": true}));
    fixture.ends_as("evt_1", EventResult::Ignored).await;
    let stored = fixture.event("evt_1").await;
    let again = fixture.post_event(&sent).await.expect(200);
    assert_eq!(again.body, first.body);
    assert_eq!(fixture.event("evt_1").await, stored, "it is not processed again");
}

#[tokio::test]
async fn unsigned_and_forged_events_are_rejected_and_not_stored() {
    let fixture = simulated().await;
    let (body, now) = (body("evt_1"), fixture.now());
    let good = signed(SECRET, now, &body);
    let (moment, mac) = good.split_once(",v1=").unwrap();
    let other_body = body.replace("pi_1", "pi_2");
    let forged = signed("whsec_guessed", now, &body);
    for (body, header, why) in [
        (&body, None, "is missing"),
        (&body, Some(String::new()), "must be t="),
        (&body, Some("v1=00".to_owned()), "must be t="),
        (&body, Some(moment.to_owned()), "must be t="),
        (&body, Some(format!("{moment},{good}")), "must be t="),
        (&body, Some(format!("{moment},v1={}", mac.get(2..).unwrap())), "must be t="),
        (&body, Some(format!("t=soon,v1={mac}")), "must be t="),
        (&body, Some(format!("t=-1,v1={mac}")), "must be t="),
        (&body, Some(format!("t=99999999999999999999,v1={mac}")), "must be t="),
        (&body, Some(format!("{moment},v0={mac}")), "must be t="),
        (&body, Some(format!("{moment}0,v1={mac}")), "No signature"),
        (&body, Some(forged), "No signature"),
        (&other_body, Some(good.clone()), "No signature"),
    ] {
        let reply = fixture.post_webhook(body, header.as_deref()).await;
        let reply = reply.expect_problem(400, "bad_signature");
        assert!(reply.text("detail").contains(why), "{header:?}: {}", reply.body);
    }
    assert_eq!(fixture.event("evt_1").await, None);
    fixture.post_webhook(&body, Some(&good)).await.expect(200);
}

#[tokio::test]
async fn a_signature_is_valid_for_five_minutes() {
    let fixture = simulated().await;
    let tolerance = Duration::from_mins(5);
    for (number, at, is_good) in [
        (1, fixture.now().minus(tolerance), true),
        (2, fixture.now().minus(tolerance).minus(Duration::from_secs(1)), false),
        (3, fixture.now().plus(tolerance), true),
        (4, fixture.now().plus(tolerance).plus(Duration::from_secs(1)), true),
        (5, fixture.now().plus(Duration::from_hours(24)), true),
    ] {
        let body = body(&format!("evt_{number}"));
        let reply = fixture.post_webhook(&body, Some(&signed(SECRET, at, &body))).await;
        if is_good {
            reply.expect(200);
        } else {
            let reply = reply.expect_problem(400, "bad_signature");
            assert!(reply.text("detail").contains("300 seconds"), "{}", reply.body);
        }
    }
}

#[tokio::test]
async fn both_secrets_are_accepted_during_a_rotation() {
    let fixture = simulated().await;
    for (number, signed_with) in [
        (1, &[SECRET][..]),
        (2, &[OLD_SECRET]),
        (3, &[OLD_SECRET, SECRET]),
        (4, &["whsec_of_another_endpoint", OLD_SECRET]),
    ] {
        fixture.post_signed(&body(&format!("evt_{number}")), signed_with).await.expect(200);
    }
    // After the rotation events with the old secret are rejected.
    let fixture = simulated_with_secrets(SECRET).await;
    fixture.post_signed(&body("evt_1"), &[OLD_SECRET]).await.expect_problem(400, "bad_signature");
}

#[tokio::test]
async fn without_a_secret_events_are_rejected_with_a_reason() {
    let fixture = simulated_with_secrets("").await;
    let refused = fixture.post_signed(&body("evt_1"), &[SECRET]).await;
    let detail = refused.expect_problem(400, "bad_signature").text("detail");
    assert!(detail.contains("STRIPE_WEBHOOK_SECRETS"), "{detail}");
    // An empty secret counts as none.
    fixture.post_signed(&body("evt_1"), &[""]).await.expect_problem(400, "bad_signature");
}

#[tokio::test]
async fn signed_bodies_that_are_no_events_are_rejected() {
    let fixture = simulated().await;
    for body in ["", "{}", "[]", "null", r#"{"id": "evt_1"}"#, r#"{"type": "x"}"#, "\u{0}"] {
        fixture.post_signed(body, &[SECRET]).await.expect_problem(400, "invalid_request");
    }
    for id in [String::new(), "e".repeat(256), "evt 1".to_owned()] {
        fixture.post_signed(&body(&id), &[SECRET]).await.expect_problem(400, "invalid_request");
    }
}

#[tokio::test]
async fn events_about_other_objects_are_accepted_in_any_form() {
    let fixture = simulated().await;
    let bodies = [
        json!({"id": "evt_1", "type": "v2.core.account.updated"}),
        json!({"id": "evt_2", "type": "balance.available", "data": {"object": {"object": "balance"}}}),
        json!({"id": "evt_3", "type": "x", "data": {"object": {"id": null, "object": "refund"}}}),
        json!({"id": "evt_4", "type": "x", "data": {"object": {"id": "x_1", "metadata": [1, {}]}}}),
        json!({"id": "evt_5", "type": "x", "data": "none"}),
    ];
    for body in bodies {
        fixture.post_event(&body).await.expect(200);
        fixture.ends_as(body["id"].as_str().unwrap(), EventResult::Ignored).await;
    }
}

#[tokio::test]
async fn a_body_is_limited_and_its_raw_bytes_are_signed() {
    let fixture = simulated().await;
    let sent = body("evt_1");
    let padded = |bytes: usize| format!("{sent}{}", " ".repeat(bytes - sent.len()));
    fixture.post_signed(&padded(256 * 1024), &[SECRET]).await.expect(200);
    fixture.post_signed(&padded(256 * 1024 + 1), &[SECRET]).await.expect_problem(413, "too_large");
}

#[tokio::test]
async fn an_event_completes_a_payment_after_its_challenge() {
    let (fixture, payment) = confirmed().await;
    assert!(fixture.deliver().await >= 3);
    fixture.becomes(&payment, "authorized").await;
    fixture.accept(&payment).await;
    fixture.becomes(&payment, "captured").await;
    assert_eq!(fixture.ledger(&payment), [Authorized, Captured]);
    assert!(fixture.deliver().await >= 1, "the capture has an event");
    assert_eq!(fixture.provider.with(|provider, _| provider.webhooks.outstanding()), 0);
}

#[tokio::test]
async fn a_failed_challenge_declines_and_another_card_can_be_tried() {
    let (fixture, payment) = challenged().await;
    fixture.act(Action::EndChallenge(Outcome::Failed), &payment.reference);
    fixture.deliver().await;
    fixture.becomes(&payment, "declined").await;
    let again = fixture.pay(&payment.buyer, &payment.order, "pm_card_chargeDeclined").await;
    again.expect_problem(402, "payment_declined");
}

#[tokio::test]
async fn repeated_and_reordered_events_have_the_same_end() {
    for order in [WebhookOrder::Reversed, WebhookOrder::Shuffled] {
        let fixture = simulated().await;
        fixture.provider.with(|provider, _| {
            provider.webhooks.order = order;
            let kind = WebhookFaultKind::Duplicate { copies: 2 };
            provider.webhooks.faults.push(WebhookFault { kind, event_type: None, times: 100 });
        });
        let payment = fixture.challenge().await;
        fixture.act(Action::EndChallenge(Outcome::Succeeded), &payment.reference);
        fixture.deliver().await;
        fixture.becomes(&payment, "authorized").await;
        fixture.accept(&payment).await;
        fixture.becomes(&payment, "captured").await;
        assert!(fixture.deliver().await >= 3);
        fixture.becomes(&payment, "captured").await;
        assert_eq!(fixture.ledger(&payment), [Authorized, Captured]);
        for sent in fixture.provider.with(|provider, _| provider.events.clone()) {
            let is_intents = sent.event_type.name().starts_with("payment_intent.");
            let held = sent.event_type == EventType::IntentAmountCapturableUpdated;
            let end = match (is_intents, held) {
                (_, true) => EventResult::InquiryRequested,
                (true, false) => EventResult::NoNews,
                (false, false) => EventResult::Ignored,
            };
            fixture.ends_as(&sent.id, end).await;
        }
    }
}

#[tokio::test]
async fn an_event_causes_an_inquiry_and_is_not_trusted() {
    let (fixture, payment) = challenged().await;
    // The event reports a capture; the provider's status contradicts it.
    fixture
        .receive("evt_x", "payment_intent.succeeded", &payment.reference, &payment.id.to_string())
        .await;
    fixture.ends_as("evt_x", EventResult::InquiryRequested).await;
    fixture.becomes(&payment, "requires_action").await;
    assert_eq!(fixture.ledger(&payment), []);
}

#[tokio::test]
async fn an_event_without_a_payment_id_is_found_by_the_providers_id() {
    let (fixture, payment) = confirmed().await;
    let event_type = "payment_intent.amount_capturable_updated";
    fixture.receive("evt_x", event_type, &payment.reference, "").await;
    fixture.ends_as("evt_x", EventResult::InquiryRequested).await;
    fixture.becomes(&payment, "authorized").await;
}

#[tokio::test]
async fn an_event_during_a_call_is_not_lost() {
    let (fixture, payment) = challenged().await;
    // A response that is delayed, and was true when it was sent.
    fixture.plan(FaultKind::DelayResponse { ms: 5_000 }, Operation::RetrieveIntent, 1);
    let (reference, id) = (payment.reference.as_str(), payment.id.to_string());
    fixture.receive("evt_early", "payment_intent.payment_failed", reference, &id).await;
    fixture.ends_as("evt_early", EventResult::InquiryRequested).await;
    let is_called = || async { fixture.provider.with(|provider, _| provider.faults.is_empty()) };
    fixture.eventually("the provider is called", is_called).await;
    fixture.act(Action::EndChallenge(Outcome::Succeeded), &payment.reference);
    fixture.deliver().await;
    // A few seconds pass, far less than the period of the reconciliation.
    fixture.while_time_passes(fixture.becomes(&payment, "authorized")).await;
    assert!(fixture.now().since(payment.order.created_at) < Duration::from_secs(59));
}

#[tokio::test]
async fn a_stored_event_is_processed_after_a_crash() {
    let (fixture, payment) = challenged().await;
    // The provider is unavailable, so that the payment does not change until after the crash.
    fixture.refuse(Operation::RetrieveIntent);
    fixture.act(Action::EndChallenge(Outcome::Succeeded), &payment.reference);
    fixture.deliver().await;
    let fixture = fixture.crash_and_restart().await;
    fixture.clear_faults();
    fixture.while_time_passes(fixture.becomes(&payment, "authorized")).await;
    assert!(fixture.now().since(payment.order.created_at) < Duration::from_secs(59));
}

#[tokio::test]
async fn a_payment_stored_after_its_event_is_inquired() {
    let (fixture, payment) = challenged().await;
    let id: PaymentId = id(9);
    let event_type = "payment_intent.amount_capturable_updated";
    fixture.receive("evt_early", event_type, &payment.reference, &id.to_string()).await;
    let is_processed = || async {
        let state = fixture.event("evt_early").await.unwrap().state;
        matches!(state, EventState::Waiting { attempts, .. } if attempts > 0)
    };
    fixture.eventually("it was processed", is_processed).await;
    fixture.insert(Payment { id, ..fixture.stored(&payment).await }).await;
    let coming = fixture.ends_as("evt_early", EventResult::InquiryRequested);
    fixture.while_time_passes(coming).await;
}

#[tokio::test]
async fn an_event_of_an_unknown_payment_ends_after_ten_minutes() {
    let fixture = simulated().await;
    let other: PaymentId = id(9);
    for (id, payment) in [("evt_1", other.to_string()), ("evt_2", String::new())] {
        fixture.receive(id, "payment_intent.succeeded", "pi_of_another_shop", &payment).await;
    }
    for _ in 0..19 {
        fixture.clock().advance(Duration::from_secs(30));
        for id in ["evt_1", "evt_2"] {
            let is_postponed = || async {
                fixture.event(id).await.unwrap().due_at().is_some_and(|at| at > fixture.now())
            };
            fixture.eventually("it is retried later", is_postponed).await;
        }
    }
    fixture.clock().advance(Duration::from_secs(30));
    fixture.ends_as("evt_1", EventResult::Unknown).await;
    fixture.ends_as("evt_2", EventResult::Unknown).await;
}

#[tokio::test]
async fn an_event_before_the_first_call_needs_no_inquiry() {
    let fixture = simulated().await;
    let (buyer, amount) = (fixture.user().id, usd(500));
    let payment = payment(State::Voided { reason: VoidReason::Abandoned });
    let payment = Payment { buyer, amount, purpose: Purpose::TopUp, ..payment };
    let payment = Payment { started_at: fixture.now(), ..payment };
    let id = payment.id.to_string();
    fixture.insert(payment).await;
    fixture.receive("evt_1", "payment_intent.canceled", "pi_1", &id).await;
    fixture.ends_as("evt_1", EventResult::NoNews).await;
}

#[tokio::test]
async fn events_are_stored_for_thirty_days() {
    let fixture = simulated().await;
    fixture.receive("evt_1", "payment_intent.succeeded", "pi_1", "").await;
    fixture.clock().advance(Duration::from_hours(24));
    fixture.ends_as("evt_1", EventResult::Unknown).await;
    fixture.clock().advance(Duration::from_hours(29 * 24) - Duration::from_millis(1));
    fixture.receive("evt_2", "payment_intent.succeeded", "pi_1", "").await;
    assert!(fixture.event("evt_1").await.is_some());
    fixture.clock().advance(Duration::from_mins(1));
    let is_gone = || async { fixture.event("evt_1").await.is_none() };
    fixture.eventually("it is deleted", is_gone).await;
    assert!(fixture.event("evt_2").await.is_some());
}
