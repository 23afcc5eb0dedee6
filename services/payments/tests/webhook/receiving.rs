//! Verification of events, and the responses of the webhook.

use std::time::Duration;

use contract::Timestamp;
use payments::domain::EventResult;
use provider_simulator::signature;
use serde_json::json;

use crate::fixture::{OLD_SECRET, SECRET, event, simulated, simulated_with_secrets};

/// The body of an event.
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
