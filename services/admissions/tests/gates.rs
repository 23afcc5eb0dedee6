//! Gates: each checks the codes of its own event, until it is revoked.

use contract::{ShowId, TicketId};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use testing::Reply;
use testing::samples::id;

use crate::doors::{code, open, result};
use crate::fixture::{Fixture, Gate, OTHER_TICKET, SHOW, TICKET};

pub(crate) fn show() -> Value {
    json!({"showId": id::<ShowId>(SHOW)})
}

pub(crate) fn ticket(number: u8) -> Value {
    json!({"ticketIds": [id::<TicketId>(number)]})
}

/// Scans at a gate, for its own event.
pub(crate) async fn scan_at(app: &Fixture, gate: &Gate, scan: &str, code: &str) -> Reply {
    let body = json!({"code": code, "scanId": scan});
    app.by(gate, (Method::POST, "/api/check-ins"), Some(&body)).await
}

#[tokio::test]
async fn a_gate_admits_at_its_own_event_only() {
    let (app, ann, ids) = open().await;
    let (_, gate) = app.gate(ticket(TICKET)).await;
    let (_, other) = app.gate(ticket(OTHER_TICKET)).await;
    let code = code(&app, &ann, ids[0]).await;
    let wrong = scan_at(&app, &other, "1", &code).await.expect(200);
    assert_eq!((result(&wrong), wrong.at("title")), (json!("wrong_ticket"), Value::Null));
    assert_eq!(result(&scan_at(&app, &gate, "1", &code).await.expect(200)), "admitted");
    let body = json!({"code": code, "scanId": "2", "ticketId": id::<TicketId>(TICKET)});
    let check = (Method::POST, "/api/check-ins");
    app.by(&other, check.clone(), Some(&body)).await.expect_problem(403, "forbidden");
    assert_eq!(result(&app.by(&gate, check, Some(&body)).await.expect(200)), "already_used");
}

/// Both gates choose the same ids of scans.
#[tokio::test]
async fn of_scans_at_two_gates_at_once_one_is_admitted() {
    let (app, ann, ids) = open().await;
    let gates = [app.gate(show()).await.1, app.gate(ticket(TICKET)).await.1];
    let code = code(&app, &ann, ids[0]).await;
    let scans: Vec<String> = (0..20).map(|number| (number / 2).to_string()).collect();
    let scanned = scans.iter().zip(gates.iter().cycle());
    let results = join_all(scanned.map(|(scan, gate)| scan_at(&app, gate, scan, &code))).await;
    let count = |wanted: &str| results.iter().filter(|reply| result(reply) == wanted).count();
    assert_eq!((count("admitted"), count("already_used")), (1, 19));
}

#[tokio::test]
async fn a_revoked_key_and_a_wrong_one_check_nothing() {
    let (app, ann, ids) = open().await;
    let (id, gate) = app.gate(show()).await;
    let code = code(&app, &ann, ids[0]).await;
    let (_, other) = app.gate(show()).await;
    let (_, secret) = other.key.split_once('.').unwrap();
    for key in ["x", &id, &format!("{id}.{secret}")] {
        let wrong = Gate { key: key.to_owned() };
        scan_at(&app, &wrong, "1", &code).await.expect_problem(401, "gate_ended");
    }
    let path = format!("/api/gates/{id}");
    app.delete(Some(&ann), &path).await.expect_problem(404, "not_found");
    app.delete(Some(&app.seller()), &path).await.expect(204);
    app.delete(Some(&app.seller()), &path).await.expect_problem(404, "not_found");
    scan_at(&app, &gate, "1", &code).await.expect_problem(401, "gate_ended");
    app.merge(&gate, &[(&code, "1", 0)]).await.expect_problem(401, "gate_ended");
    assert_eq!(result(&scan_at(&app, &other, "1", &code).await.expect(200)), "admitted");
}

#[tokio::test]
async fn a_gate_is_of_the_seller_of_each_of_its_tickets() {
    let (app, ann, _) = open().await;
    let seller = app.seller();
    let unknown = json!([id::<TicketId>(TICKET), id::<TicketId>(99)]);
    let create = async |user, event: Value| {
        let mut body = json!({"name": "North"});
        body.as_object_mut().unwrap().extend(event.as_object().unwrap().clone());
        app.post(Some(user), "/api/gates", &body).await
    };
    create(&ann, show()).await.expect_problem(403, "forbidden");
    create(&ann, ticket(TICKET)).await.expect_problem(403, "forbidden");
    create(&seller, json!({"ticketIds": unknown})).await.expect_problem(404, "not_found");
    let many: Vec<TicketId> = (0..21).map(id).collect();
    for event in [json!({"ticketIds": []}), json!({"ticketIds": many}), json!({})] {
        create(&seller, event).await.expect_problem(400, "invalid_request");
    }
    let (first, second) = (app.gate(show()).await.0, app.gate(ticket(TICKET)).await.0);
    let listed = app.get(Some(&app.seller()), "/api/gates").await.expect(200);
    assert_eq!(listed.ids(), [second, first]);
    assert!(!listed.body.contains("ecret"), "{}", listed.body);
    assert!(app.get(Some(&ann), "/api/gates").await.expect(200).ids().is_empty());
}
