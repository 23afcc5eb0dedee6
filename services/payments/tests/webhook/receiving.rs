//! What is believed to be the provider's, and what it is answered.

use std::time::Duration;

use payments::domain::EventEnd;
use provider_simulator::signature;
use serde_json::json;

use crate::shop::{OLD_SECRET, SECRET, Shop, event};

fn secrets(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[tokio::test]
async fn an_event_is_kept_once_and_a_duplicate_is_answered_like_the_first() {
    let shop = Shop::open().await;
    let told = json!({
        "id": "evt_1",
        "type": "customer.created",
        "data": {"object": {"id": "cus_1", "object": "customer"}},
    });
    let first = shop.tell(&told).await.expect(200);
    assert_eq!(first.json(), json!({"received": true}));
    shop.comes_to("evt_1", EventEnd::Ignored).await;
    let kept = shop.kept("evt_1").await;
    let again = shop.tell(&told).await.expect(200);
    assert_eq!(again.body, first.body);
    assert_eq!(shop.kept("evt_1").await, kept, "it is not looked at again");
}

#[tokio::test]
async fn whoever_is_not_the_provider_is_refused_and_nothing_is_kept() {
    let shop = Shop::open().await;
    let body = event("evt_1", "payment_intent.succeeded", "pi_1", "").to_string();
    let now = shop.now();
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
        let reply = shop.post(body, header.as_deref()).await.expect_problem(400, "bad_signature");
        assert!(reply.text("detail").contains(why), "{header:?}: {}", reply.body);
    }
    assert_eq!(shop.kept("evt_1").await, None);
    shop.post(&body, Some(&good)).await.expect(200).text("received");
}

#[tokio::test]
async fn a_signature_counts_until_it_is_five_minutes_old() {
    let shop = Shop::open().await;
    let tolerance = Duration::from_mins(5);
    for (number, at, is_good) in [
        (1, shop.now().minus(tolerance), true),
        (2, shop.now().minus(tolerance).minus(Duration::from_secs(1)), false),
        (3, shop.now().plus(tolerance), true),
        (4, shop.now().plus(tolerance).plus(Duration::from_secs(1)), true),
        (5, shop.now().plus(Duration::from_hours(24)), true),
    ] {
        let body = event(&format!("evt_{number}"), "payment_intent.succeeded", "pi_1", "");
        let body = body.to_string();
        let reply = shop.post(&body, Some(&signature(&secrets(&[SECRET]), at, &body))).await;
        if is_good {
            reply.expect(200).text("received");
        } else {
            let reply = reply.expect_problem(400, "bad_signature");
            assert!(reply.text("detail").contains("300 seconds"), "{}", reply.body);
        }
    }
}

#[tokio::test]
async fn while_a_secret_is_rolled_events_of_both_are_believed() {
    let shop = Shop::open().await;
    for (number, signed_with) in [
        (1, &[SECRET][..]),
        (2, &[OLD_SECRET]),
        (3, &[OLD_SECRET, SECRET]),
        (4, &["whsec_of_another_endpoint", OLD_SECRET]),
    ] {
        let body = event(&format!("evt_{number}"), "payment_intent.succeeded", "pi_1", "");
        let body = body.to_string();
        let header = signature(&secrets(signed_with), shop.now(), &body);
        shop.post(&body, Some(&header)).await.expect(200).text("received");
    }
    // It is rolled: the old one is believed no more.
    let shop = Shop::with_secrets(SECRET).await;
    let body = event("evt_1", "payment_intent.succeeded", "pi_1", "").to_string();
    let header = signature(&secrets(&[OLD_SECRET]), shop.now(), &body);
    shop.post(&body, Some(&header)).await.expect_problem(400, "bad_signature").text("detail");
}

#[tokio::test]
async fn without_a_secret_nothing_is_believed_and_it_is_said_why() {
    let shop = Shop::with_secrets("").await;
    let reply = shop.tell(&event("evt_1", "payment_intent.succeeded", "pi_1", "")).await;
    let detail = reply.expect_problem(400, "bad_signature").text("detail");
    assert!(detail.contains("STRIPE_WEBHOOK_SECRETS"), "{detail}");
    // An empty secret is none either.
    let body = event("evt_1", "payment_intent.succeeded", "pi_1", "").to_string();
    let header = signature(&secrets(&[""]), shop.now(), &body);
    shop.post(&body, Some(&header)).await.expect_problem(400, "bad_signature").text("detail");
}

#[tokio::test]
async fn what_is_signed_and_is_no_event_is_refused() {
    let shop = Shop::open().await;
    for body in ["", "{}", "[]", "null", r#"{"id": "evt_1"}"#, r#"{"type": "x"}"#, "\u{0}"] {
        let header = signature(&secrets(&[SECRET]), shop.now(), body);
        let reply = shop.post(body, Some(&header)).await;
        reply.expect_problem(400, "invalid_request").text("detail");
    }
    for id in [String::new(), "e".repeat(256), "evt 1".to_owned()] {
        let reply = shop.tell(&event(&id, "payment_intent.succeeded", "pi_1", "")).await;
        reply.expect_problem(400, "invalid_request").text("detail");
    }
}

#[tokio::test]
async fn an_event_that_is_about_nothing_known_may_look_as_it_likes() {
    let shop = Shop::open().await;
    let bodies = [
        json!({"id": "evt_1", "type": "v2.core.account.updated"}),
        json!({"id": "evt_2", "type": "balance.available", "data": {"object": {"object": "balance"}}}),
        json!({"id": "evt_3", "type": "x", "data": {"object": {"id": null, "object": "refund"}}}),
        json!({"id": "evt_4", "type": "x", "data": {"object": {"id": "x_1", "metadata": [1, {}]}}}),
        json!({"id": "evt_5", "type": "x", "data": "none"}),
    ];
    for body in bodies {
        shop.tell(&body).await.expect(200).text("received");
        shop.comes_to(body["id"].as_str().unwrap(), EventEnd::Ignored).await;
    }
}

#[tokio::test]
async fn a_body_has_its_bound_and_its_very_bytes_are_what_is_signed() {
    let shop = Shop::open().await;
    let told = event("evt_1", "payment_intent.succeeded", "pi_1", "").to_string();
    let padded = |bytes: usize| format!("{told}{}", " ".repeat(bytes - told.len()));
    let most = padded(256 * 1024);
    let header = signature(&secrets(&[SECRET]), shop.now(), &most);
    shop.post(&most, Some(&header)).await.expect(200).text("received");
    let more = padded(256 * 1024 + 1);
    let header = signature(&secrets(&[SECRET]), shop.now(), &more);
    shop.post(&more, Some(&header)).await.expect_problem(413, "too_large").text("detail");
}
