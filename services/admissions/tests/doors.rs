//! Codes and scans: each admission enters once, by a code of its holder, at its own door.

use std::time::Duration;

use admission_codes::Code;
use contract::show::ShowStatus;
use contract::{AdmissionId, TicketId};
use futures::future::join_all;
use serde_json::{Value, json};
use testing::samples::id;
use testing::{Reply, User};

use crate::fixture::{Fixture, OTHER_TICKET, SHOW, TICKET, complete_order, returned};

/// The order of Ann, with the tickets of the door known.
pub(crate) async fn open() -> (Fixture, User, Vec<AdmissionId>) {
    let app = Fixture::open().await;
    let ann = app.user();
    app.offer(TICKET).await;
    app.offer(OTHER_TICKET).await;
    app.change_show(1, ShowStatus::Scheduled).await;
    let order = complete_order(1, &ann, 2);
    app.complete(&order).await;
    let ids = app.admissions(&order).await.iter().map(|state| state.id).collect();
    (app, ann, ids)
}

pub(crate) async fn code(app: &Fixture, holder: &User, admission: AdmissionId) -> String {
    let path = format!("/api/admissions/{admission}/code");
    app.get(Some(holder), &path).await.expect(200).text("code")
}

pub(crate) async fn scan(app: &Fixture, scan: &str, code: &str) -> Reply {
    let ticket = id::<TicketId>(TICKET);
    let body = json!({"code": code, "ticketId": ticket, "scanId": scan});
    app.post(Some(&app.seller()), "/api/check-ins", &body).await
}

pub(crate) fn result(reply: &Reply) -> Value {
    reply.at("result")
}

#[tokio::test]
async fn an_admission_enters_once_and_a_repeat_of_its_scan_returns_the_first_result() {
    let (app, ann, ids) = open().await;
    let code = code(&app, &ann, ids[0]).await;
    let first = scan(&app, "1", &code).await.expect(200);
    assert_eq!((result(&first), first.at("admissionId")), (json!("admitted"), json!(ids[0])));
    app.clock().advance(Duration::from_mins(1));
    let repeat = scan(&app, "1", &code).await.expect(200);
    assert_eq!(first.body, repeat.body);
    let second = scan(&app, "2", &code).await.expect(200);
    assert_eq!((result(&second), second.at("usedAt")), (json!("already_used"), first.at("usedAt")));
    let path = format!("/api/admissions/{}", ids[0]);
    let shown = app.get(Some(&ann), &path).await.expect(200);
    assert_eq!((shown.text("state"), shown.at("usedAt")), ("used".to_owned(), first.at("usedAt")));
    app.get(Some(&ann), &format!("{path}/code")).await.expect_problem(409, "not_valid");
    app.settle().await;
    assert_eq!(app.messages().await, [2, 1, 0]);
}

#[tokio::test]
async fn of_scans_at_the_same_instant_one_is_admitted() {
    let (app, ann, ids) = open().await;
    let code = code(&app, &ann, ids[0]).await;
    let scans: Vec<String> = (0..20).map(|number| number.to_string()).collect();
    let results = join_all(scans.iter().map(|number| scan(&app, number, &code))).await;
    let admitted = results.iter().filter(|reply| result(reply) == "admitted").count();
    let refused = results.iter().filter(|reply| result(reply) == "already_used").count();
    assert_eq!((admitted, refused), (1, 19));
}

#[tokio::test]
async fn a_refunded_unit_and_a_cancelled_show_do_not_enter() {
    let (app, ann, ids) = open().await;
    let [first, second] = [code(&app, &ann, ids[0]).await, code(&app, &ann, ids[1]).await];
    app.complete(&returned(&complete_order(1, &ann, 2), 1)).await;
    assert_eq!(result(&scan(&app, "1", &second).await.expect(200)), "void");
    let void = format!("/api/admissions/{}/code", ids[1]);
    app.get(Some(&ann), &void).await.expect_problem(409, "not_valid");
    app.change_show(2, ShowStatus::Cancelled).await;
    assert_eq!(result(&scan(&app, "2", &first).await.expect(200)), "void");
}

#[tokio::test]
async fn a_door_admits_its_own_tickets_and_the_door_of_a_show_all_of_them() {
    let (app, ann, ids) = open().await;
    let code = code(&app, &ann, ids[0]).await;
    let at = async |scan: &str, event: Value| {
        let mut body = json!({"code": code, "scanId": scan});
        body.as_object_mut().unwrap().extend(event.as_object().unwrap().clone());
        app.post(Some(&app.seller()), "/api/check-ins", &body).await
    };
    let other = json!({"ticketId": id::<TicketId>(OTHER_TICKET)});
    assert_eq!(result(&at("1", other).await.expect(200)), "wrong_ticket");
    let show = json!({"showId": id::<contract::ShowId>(SHOW)});
    assert_eq!(result(&at("2", show.clone()).await.expect(200)), "admitted");
    at("3", json!({})).await.expect_problem(400, "invalid_request");
    let both = json!({"ticketId": id::<TicketId>(TICKET), "showId": show["showId"]});
    at("4", both).await.expect_problem(400, "invalid_request");
    at("5", json!({"ticketId": id::<TicketId>(99)})).await.expect_problem(404, "not_found");
    let body = json!({"code": code, "scanId": "6", "showId": show["showId"]});
    app.post(Some(&ann), "/api/check-ins", &body).await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn a_code_that_was_not_issued_is_forged() {
    let (app, ann, ids) = open().await;
    let code = code(&app, &ann, ids[0]).await;
    let swapped = code.replacen(&code[60..61], if &code[60..61] == "A" { "B" } else { "A" }, 1);
    for (number, text) in ["x", "BX1:", &code[..149], &swapped].into_iter().enumerate() {
        let scanned = scan(&app, &number.to_string(), text).await.expect(200);
        assert_eq!(result(&scanned), "forged", "{text}");
    }
    // A scanner may send lower case and a line end.
    let typed = format!(" {}\n", code.to_lowercase());
    assert_eq!(result(&scan(&app, "typed", &typed).await.expect(200)), "admitted");
}

#[tokio::test]
async fn keys_rotate_are_published_and_old_codes_stay_valid_for_a_year_after_the_event() {
    let (app, ann, ids) = open().await;
    let old = code(&app, &ann, ids[0]).await;
    app.clock().advance(Duration::from_hours(31 * 24));
    let ann = app.again(&ann);
    let new = code(&app, &ann, ids[1]).await;
    let keys = app.get(None, "/api/check-ins/keys").await.expect(200);
    let kids: Vec<_> =
        keys.at("keys").as_array().unwrap().iter().map(|it| it["kid"].clone()).collect();
    assert_eq!(kids, ["1", "2"]);
    for text in [&old, &new] {
        assert!(Code::parse(text).is_ok());
    }
    assert_eq!(result(&scan(&app, "1", &old).await.expect(200)), "admitted");
    app.clock().advance(Duration::from_hours(367 * 24));
    assert_eq!(result(&scan(&app, "2", &new).await.expect(200)), "expired_code");
}

#[tokio::test]
async fn a_code_is_for_its_holder_only() {
    let (app, ann, ids) = open().await;
    let path = format!("/api/admissions/{}/code", ids[0]);
    app.get(Some(&app.user()), &path).await.expect_problem(404, "not_found");
    app.get(None, &path).await.expect_problem(401, "not_signed_in");
    let shown = app.get(Some(&ann), &path).await.expect(200);
    assert_eq!((shown.header("cache-control"), shown.text("code").len()), ("no-store", 150));
}
