//! The bundle of a gate: enough to check codes without a network, and no secret.

use std::time::Duration;

use admission_codes::Code;
use contract::{ShowId, TicketId};
use ed25519_dalek::VerifyingKey;
use reqwest::Method;
use serde_json::{Value, json};
use testing::Reply;
use testing::samples::id;

use crate::doors::{code, open, scan};
use crate::fixture::{Fixture, Gate, OTHER_TICKET, SHOW, TICKET, complete_order, returned};
use crate::gates::{show, ticket};

/// Requests a part of the bundle of a gate whose clock is right.
async fn bundle(app: &Fixture, (id, gate): &(String, Gate), query: &str) -> Reply {
    let path = format!("/api/gates/{id}/bundle?now={}{query}", app.clock().now());
    app.by(gate, (Method::GET, &path), None).await
}

fn states(reply: &Reply) -> Vec<(Value, Value)> {
    let listed = reply.at("admissions").as_array().unwrap().clone();
    listed.iter().map(|it| (it["id"].clone(), it["state"].clone())).collect()
}

#[tokio::test]
async fn a_bundle_has_the_keys_the_tickets_and_the_admissions_that_are_not_new() {
    let (app, ann, ids) = open().await;
    let gate = app.gate(show()).await;
    let code = code(&app, &ann, ids[0]).await;
    let new = bundle(&app, &gate, "").await.expect(200);
    assert_eq!(states(&new), []);
    let tickets = json!([id::<TicketId>(TICKET), id::<TicketId>(OTHER_TICKET)]);
    let event = (new.at("ticketIds"), new.at("showId"), new.text("title"), new.text("name"));
    assert_eq!(event, (tickets, json!(id::<ShowId>(SHOW)), "Hamlet".into(), "North".into()));
    assert_eq!(new.at("now"), json!(app.clock().now()));
    let published = app.get(None, "/api/check-ins/keys").await.expect(200);
    assert_eq!(new.at("keys"), published.at("keys"));
    scan(&app, "1", &code).await.expect(200);
    app.clock().advance(Duration::from_secs(1));
    app.complete(&returned(&complete_order(1, &ann, 2), 1)).await;
    let changed = bundle(&app, &gate, "").await.expect(200);
    let expected = [(json!(ids[0]), json!("used")), (json!(ids[1]), json!("void"))];
    assert_eq!(states(&changed), expected);
    assert_eq!(changed.at("admissions")[0]["credentialVersion"], 1);
    // The door of another ticket has another bundle.
    let other = app.gate(ticket(OTHER_TICKET)).await;
    assert_eq!(states(&bundle(&app, &other, "").await.expect(200)), []);
    let own = app.gate(ticket(TICKET)).await;
    assert_eq!(states(&bundle(&app, &own, "").await.expect(200)), expected);
}

/// Every signature of a code is verified with the keys of the bundle alone.
#[tokio::test]
async fn the_keys_of_a_bundle_verify_a_code() {
    use base64::Engine as _;

    let (app, ann, ids) = open().await;
    let gate = app.gate(show()).await;
    let code = Code::parse(&code(&app, &ann, ids[0]).await).unwrap();
    let key = bundle(&app, &gate, "").await.expect(200).at("keys")[0]["x"].clone();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(key.as_str().unwrap());
    let key = VerifyingKey::from_bytes(&bytes.unwrap().try_into().unwrap()).unwrap();
    let verified = code.verify(|kid| (kid == 1).then_some(key), app.clock().now()).unwrap();
    assert_eq!(verified.claims.admission, ids[0].into());
}

#[tokio::test]
async fn since_an_earlier_bundle_there_are_later_changes_only() {
    let (app, ann, ids) = open().await;
    let gate = app.gate(show()).await;
    let codes = [code(&app, &ann, ids[0]).await, code(&app, &ann, ids[1]).await];
    scan(&app, "1", &codes[0]).await.expect(200);
    app.clock().advance(Duration::from_mins(2) + Duration::from_millis(1));
    let since = format!("&since={}", bundle(&app, &gate, "").await.expect(200).text("now"));
    assert_eq!(states(&bundle(&app, &gate, &since).await.expect(200)), []);
    scan(&app, "2", &codes[1]).await.expect(200);
    app.clock().advance(Duration::from_hours(1));
    let later = [(json!(ids[1]), json!("used"))];
    assert_eq!(states(&bundle(&app, &gate, &since).await.expect(200)), later);
}

/// A commit that was decided before the earlier bundle and ended after it.
#[tokio::test]
async fn changes_shortly_before_an_earlier_bundle_are_repeated() {
    let (app, ann, ids) = open().await;
    let gate = app.gate(show()).await;
    let code = code(&app, &ann, ids[0]).await;
    scan(&app, "1", &code).await.expect(200);
    app.clock().advance(Duration::from_mins(2));
    let since = format!("&since={}", app.clock().now());
    assert_eq!(states(&bundle(&app, &gate, &since).await.expect(200)).len(), 1);
}

#[tokio::test]
async fn a_wrong_clock_receives_no_bundle() {
    let (app, ann, _) = open().await;
    let (id, gate) = app.gate(show()).await;
    let now = app.clock().now();
    let at = async |time: contract::Timestamp| {
        let path = format!("/api/gates/{id}/bundle?now={time}");
        app.by(&gate, (Method::GET, &path), None).await
    };
    let (most, more) = (Duration::from_secs(30), Duration::from_millis(30_001));
    for time in [now.plus(most), now.minus(most)] {
        at(time).await.expect(200);
    }
    for time in [now.plus(more), now.minus(more)] {
        let refused = at(time).await.expect_problem(409, "clock_off");
        assert!(refused.text("detail").contains(&time.to_string()), "{}", refused.body);
        assert!(refused.text("detail").contains(&now.to_string()), "{}", refused.body);
    }
    let path = format!("/api/gates/{id}/bundle");
    app.by(&gate, (Method::GET, &path), None).await.expect_problem(400, "invalid_request");
    let path = format!("{path}?now={now}");
    app.get(Some(&app.seller()), &path).await.expect(200);
    app.get(Some(&ann), &path).await.expect_problem(404, "not_found");
    let (_, other) = app.gate(show()).await;
    app.by(&other, (Method::GET, &path), None).await.expect_problem(404, "not_found");
}

/// More changes than one response has, of two tickets, in the sequence of their times.
#[tokio::test]
async fn a_large_bundle_has_several_parts() {
    let (app, ann, _) = open().await;
    let both = json!([id::<TicketId>(TICKET), id::<TicketId>(OTHER_TICKET)]);
    let gates = [app.gate(show()).await, app.gate(json!({"ticketIds": both})).await];
    for number in 10..14 {
        let mut order = complete_order(number, &ann, 100);
        let mut other = order.items[0].clone();
        other.ticket_id = id(OTHER_TICKET);
        order.items.push(other);
        app.complete(&order).await;
        app.clock().advance(Duration::from_secs(1));
        order.items[1].returned = 70;
        app.complete(&returned(&order, 90)).await;
    }
    for gate in &gates {
        let (mut parts, mut found, mut query) = (0, Vec::new(), String::new());
        loop {
            let part = bundle(&app, gate, &query).await.expect(200);
            (parts, found) = (parts + 1, [found, states(&part)].concat());
            match part.at("next").as_str() {
                Some(next) => query = format!("&cursor={next}"),
                None => break,
            }
        }
        let all = found.len();
        found.sort_by_key(|(id, _)| id.to_string());
        found.dedup();
        assert_eq!((parts, all, found.len()), (2, 640, 640));
    }
}
