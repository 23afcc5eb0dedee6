//! Verification of events, and the responses of the webhook.

use std::time::Duration;

use payments::domain::EventResult;
use provider_simulator::signature;
use serde_json::json;

use crate::fixture::{OLD_SECRET, PaymentsFixture, SECRET, event};

fn secrets(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[tokio::test]
async fn an_event_is_stored_once_and_a_duplicate_receives_the_same_response() {
    let fixture = PaymentsFixture::open().await;
    let sent = json!({
        "id": "evt_1",
        "type": "customer.created",
        "data": {"object": {"id": "cus_1", "object": "customer"}},
    });
    let first = fixture.post_event(&sent).await.expect(200);
    assert_eq!(first.json(), json!({"received": true}));
    fixture.ends_as("evt_1", EventResult::Ignored).await;
    let stored = fixture.stored("evt_1").await;
    let again = fixture.post_event(&sent).await.expect(200);
    assert_eq!(again.body, first.body);
    assert_eq!(fixture.stored("evt_1").await, stored, "it is not processed again");
}

#[tokio::test]
async fn unsigned_and_forged_events_are_rejected_and_not_stored() {
    let fixture = PaymentsFixture::open().await;
    let body = event("evt_1", "payment_intent.succeeded", "pi_1", "").to_string();
    let now = fixture.now();
    let good = signature(&secrets(&[SECRET]), now, &body);
    let (moment, mac) = good.split_once(",v1=").unwrap();
    let other_body = body.replace("pi_1", "pi_2");
    let forged = signature(&secrets(&["whsec_guessed"]), now, &body);
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
        let reply =
            fixture.post(body, header.as_deref()).await.expect_problem(400, "bad_signature");
        assert!(reply.text("detail").contains(why), "{header:?}: {}", reply.body);
    }
    assert_eq!(fixture.stored("evt_1").await, None);
    fixture.post(&body, Some(&good)).await.expect(200).text("received");
}

#[tokio::test]
async fn a_signature_is_valid_for_five_minutes() {
    let fixture = PaymentsFixture::open().await;
    let tolerance = Duration::from_mins(5);
    for (number, at, is_good) in [
        (1, fixture.now().minus(tolerance), true),
        (2, fixture.now().minus(tolerance).minus(Duration::from_secs(1)), false),
        (3, fixture.now().plus(tolerance), true),
        (4, fixture.now().plus(tolerance).plus(Duration::from_secs(1)), true),
        (5, fixture.now().plus(Duration::from_hours(24)), true),
    ] {
        let body = event(&format!("evt_{number}"), "payment_intent.succeeded", "pi_1", "");
        let body = body.to_string();
        let reply = fixture.post(&body, Some(&signature(&secrets(&[SECRET]), at, &body))).await;
        if is_good {
            reply.expect(200).text("received");
        } else {
            let reply = reply.expect_problem(400, "bad_signature");
            assert!(reply.text("detail").contains("300 seconds"), "{}", reply.body);
        }
    }
}

#[tokio::test]
async fn both_secrets_are_accepted_during_a_rotation() {
    let fixture = PaymentsFixture::open().await;
    for (number, signed_with) in [
        (1, &[SECRET][..]),
        (2, &[OLD_SECRET]),
        (3, &[OLD_SECRET, SECRET]),
        (4, &["whsec_of_another_endpoint", OLD_SECRET]),
    ] {
        let body = event(&format!("evt_{number}"), "payment_intent.succeeded", "pi_1", "");
        let body = body.to_string();
        let header = signature(&secrets(signed_with), fixture.now(), &body);
        fixture.post(&body, Some(&header)).await.expect(200).text("received");
    }
    // After the rotation events with the old secret are rejected.
    let fixture = PaymentsFixture::with_secrets(SECRET).await;
    let body = event("evt_1", "payment_intent.succeeded", "pi_1", "").to_string();
    let header = signature(&secrets(&[OLD_SECRET]), fixture.now(), &body);
    fixture.post(&body, Some(&header)).await.expect_problem(400, "bad_signature").text("detail");
}

#[tokio::test]
async fn without_a_secret_events_are_rejected_with_a_reason() {
    let fixture = PaymentsFixture::with_secrets("").await;
    let reply = fixture.post_event(&event("evt_1", "payment_intent.succeeded", "pi_1", "")).await;
    let detail = reply.expect_problem(400, "bad_signature").text("detail");
    assert!(detail.contains("STRIPE_WEBHOOK_SECRETS"), "{detail}");
    // An empty secret counts as none.
    let body = event("evt_1", "payment_intent.succeeded", "pi_1", "").to_string();
    let header = signature(&secrets(&[""]), fixture.now(), &body);
    fixture.post(&body, Some(&header)).await.expect_problem(400, "bad_signature").text("detail");
}

#[tokio::test]
async fn signed_bodies_that_are_no_events_are_rejected() {
    let fixture = PaymentsFixture::open().await;
    for body in ["", "{}", "[]", "null", r#"{"id": "evt_1"}"#, r#"{"type": "x"}"#, "\u{0}"] {
        let header = signature(&secrets(&[SECRET]), fixture.now(), body);
        let reply = fixture.post(body, Some(&header)).await;
        reply.expect_problem(400, "invalid_request").text("detail");
    }
    for id in [String::new(), "e".repeat(256), "evt 1".to_owned()] {
        let reply = fixture.post_event(&event(&id, "payment_intent.succeeded", "pi_1", "")).await;
        reply.expect_problem(400, "invalid_request").text("detail");
    }
}

#[tokio::test]
async fn events_about_other_objects_are_accepted_in_any_form() {
    let fixture = PaymentsFixture::open().await;
    let bodies = [
        json!({"id": "evt_1", "type": "v2.core.account.updated"}),
        json!({"id": "evt_2", "type": "balance.available", "data": {"object": {"object": "balance"}}}),
        json!({"id": "evt_3", "type": "x", "data": {"object": {"id": null, "object": "refund"}}}),
        json!({"id": "evt_4", "type": "x", "data": {"object": {"id": "x_1", "metadata": [1, {}]}}}),
        json!({"id": "evt_5", "type": "x", "data": "none"}),
    ];
    for body in bodies {
        fixture.post_event(&body).await.expect(200).text("received");
        fixture.ends_as(body["id"].as_str().unwrap(), EventResult::Ignored).await;
    }
}

#[tokio::test]
async fn a_body_is_limited_and_its_raw_bytes_are_signed() {
    let fixture = PaymentsFixture::open().await;
    let sent = event("evt_1", "payment_intent.succeeded", "pi_1", "").to_string();
    let padded = |bytes: usize| format!("{sent}{}", " ".repeat(bytes - sent.len()));
    let most = padded(256 * 1024);
    let header = signature(&secrets(&[SECRET]), fixture.now(), &most);
    fixture.post(&most, Some(&header)).await.expect(200).text("received");
    let more = padded(256 * 1024 + 1);
    let header = signature(&secrets(&[SECRET]), fixture.now(), &more);
    fixture.post(&more, Some(&header)).await.expect_problem(413, "too_large").text("detail");
}
