//! Shows: created with their tickets, changed in one step with the copies in their tickets,
//! cancelled and postponed.

use std::time::Duration;

use contract::part::{self, Made, Obstacle};
use contract::person::{self, PersonAction, PersonRequestState};
use contract::show_refunds::{self, ShowRefundsState};
use contract::show_terms::{ShowRevisionOutcome, ShowTermsState};
use contract::{show, show_revision, ticket};
use serde_json::{Value, json};
use testing::User;

use crate::box_office::{BoxOffice, Offered, stock};

/// The body of a show in a day, with two tickets.
pub(crate) fn body(office: &BoxOffice) -> Value {
    let starts_at = office.clock().now().plus(Duration::from_hours(24));
    json!({
        "title": "Concert",
        "venue": {"name": "Town hall", "timeZone": "Europe/Berlin", "address": "Main Street 1"},
        "startsAt": starts_at,
        "tickets": [
            {"title": "Stalls", "price": 50, "quantity": 5},
            {"title": "Balcony", "price": 20, "quantity": 3},
        ],
    })
}

/// The body without tickets, for an edit.
pub(crate) fn edit_of(body: &Value) -> Value {
    let mut edit = body.clone();
    edit.as_object_mut().unwrap().remove("tickets");
    edit
}

pub(crate) fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

pub(crate) async fn show() -> (BoxOffice, User, Offered, Value) {
    let (office, seller) = BoxOffice::with_seller().await;
    let body = body(&office);
    let show = office.create_show(&seller, &body).await;
    office.settle().await;
    (office, seller, show, body)
}

pub(crate) fn ticket_ids(show: &Offered) -> Vec<String> {
    let tickets = show.at("tickets");
    let tickets = tickets.as_array().unwrap().iter();
    tickets.map(|ticket| ticket["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_show_is_created_with_its_tickets_in_one_step() {
    let (office, seller, show, _) = show().await;
    let shown = office.show(&show.path).await;
    assert_eq!(shown.json(), show.json());
    assert_eq!((shown.text("status"), shown.at("available")), ("scheduled".into(), json!(8)));
    assert_eq!(shown.at("venue/timeZone"), json!("Europe/Berlin"));
    assert_eq!((shown.at("minPrice"), shown.at("maxPrice")), (json!(20), json!(50)));
    assert_eq!(
        (shown.text("currency"), shown.text("userId")),
        ("usd".into(), seller.id.to_string())
    );
    let tickets = ticket_ids(&show);
    let stalls = office.show(&format!("/api/tickets/{}", tickets[0])).await;
    assert_eq!(
        (stalls.text("venue"), stalls.text("showId")),
        ("Town hall".into(), show.id.clone())
    );
    assert_eq!(stalls.text("startsAt"), shown.text("startsAt"));
    assert_eq!(office.published(show::CREATED).await.len(), 1);
    let created = office.published(ticket::CREATED).await;
    let copies: Vec<_> =
        created.iter().map(|ticket| (ticket.show.unwrap().id, ticket.starts_at)).collect();
    let copy = (show.id.parse().unwrap(), shown.text("startsAt").parse().ok());
    assert_eq!(copies, [copy, copy]);
}

#[tokio::test]
async fn an_edit_is_in_force_in_the_show_and_in_every_ticket_at_once() {
    let (office, seller, show, body) = show().await;
    let doors = office.clock().now().plus(Duration::from_hours(23));
    let edit = with(with(edit_of(&body), "title", json!("Opera")), "doorsAt", json!(doors));
    let edit = with(edit, "venue", json!({"name": "Opera house", "timeZone": "europe/london"}));
    let edited = office.put(&seller, &show.path, &edit).await.expect(200);
    assert_eq!((edited.at("version"), edited.text("title")), (json!(2), "Opera".into()));
    assert_eq!(edited.at("venue/timeZone"), json!("Europe/London"), "as the database spells it");
    for ticket in ["tickets/0", "tickets/1"] {
        assert_eq!(edited.at(&format!("{ticket}/venue")), json!("Opera house"));
        assert_eq!(edited.at(&format!("{ticket}/version")), json!(2));
    }
    let again = office.put(&seller, &show.path, &edit).await.expect(200);
    assert_eq!(again.json(), edited.json(), "unchanged");
    office.settle().await;
    assert_eq!(office.published(show::UPDATED).await.len(), 1);
    assert_eq!(office.published(show_revision::REQUESTED).await.len(), 1);
    let updated = office.published(ticket::UPDATED).await;
    let copies: Vec<_> = updated.iter().map(|ticket| ticket.show.unwrap().version).collect();
    assert_eq!(copies, [2, 2]);
}

#[tokio::test]
async fn a_cancelled_show_remains_cancelled() {
    let (office, seller, show, body) = show().await;
    let cancel = format!("{}/cancel", show.path);
    for _ in 0..2 {
        let cancelled = office.post_decided(&seller, &cancel, &json!({})).await.expect(202);
        let refunds = json!({"owed": 0, "done": 0, "failed": 0});
        assert_eq!(cancelled.json(), json!({"state": "cancelled", "refunds": refunds}));
    }
    office.settle().await;
    assert_eq!(office.published(show::CANCELLED).await.len(), 1);
    assert_eq!(office.published(show_revision::REQUESTED).await.len(), 1);
    let shown = office.show(&show.path).await;
    assert_eq!((shown.text("status"), shown.at("available")), ("cancelled".into(), json!(0)));
    assert_eq!(shown.at("tickets/0/status"), json!("cancelled"));
    assert!(office.list("").await.is_empty());
    let refused = async |reply: testing::Reply| {
        reply.expect_problem(409, "show_cancelled");
    };
    refused(office.put(&seller, &show.path, &edit_of(&body)).await).await;
    let later = office.clock().now().plus(Duration::from_hours(48));
    let postponement = json!({"startsAt": later, "refundsUntil": later});
    refused(office.post_decided(&seller, &format!("{}/postpone", show.path), &postponement).await)
        .await;
    let ticket = json!({"title": "Boxes", "price": 90, "showId": show.id});
    refused(office.post_decided(&seller, "/api/tickets", &ticket).await).await;
    let stalls = format!("/api/tickets/{}", ticket_ids(&show)[0]);
    refused(office.put(&seller, &stalls, &json!({"title": "Stalls", "price": 1})).await).await;
}

#[tokio::test]
async fn a_sold_show_moves_by_a_postponement_only() {
    let (office, seller, show, body) = show().await;
    office.publish_all(&[stock(&ticket_ids(&show)[1], 2, 1, 0)]).await;
    let later = office.clock().now().plus(Duration::from_hours(48));
    let edit = edit_of(&body);
    for (field, value) in [
        ("startsAt", json!(later)),
        ("doorsAt", json!(office.clock().now())),
        ("venue", json!({"name": "Town hall", "timeZone": "Europe/Berlin"})),
    ] {
        let refused = office.put(&seller, &show.path, &with(edit.clone(), field, value)).await;
        refused.expect_problem(409, "reserved");
        assert_eq!(office.show(&show.path).await.at("version"), json!(1), "{field}");
    }
    let titled = with(edit.clone(), "title", json!("Opera"));
    office.put(&seller, &show.path, &titled).await.expect(200);
    let postpone = format!("{}/postpone", show.path);
    let venue = json!({"name": "Arena", "timeZone": "UTC"});
    let new = json!({"startsAt": later, "refundsUntil": later, "venue": venue});
    let admin = office.admin();
    for user in [&seller, &seller, &admin] {
        let postponed = office.post_decided(user, &postpone, &new).await.expect(202);
        assert_eq!(postponed.text("state"), "postponed");
    }
    let shown = office.show(&show.path).await;
    assert_eq!(
        (shown.text("status"), shown.text("refundsUntil")),
        ("postponed".into(), later.to_string())
    );
    assert_eq!((shown.at("tickets/0/venue"), shown.at("version")), (json!("Arena"), json!(3)));
    assert_eq!(shown.at("tickets/1/startsAt"), json!(later));
    office.settle().await;
    let postponed = office.published(show::POSTPONED).await;
    assert_eq!(postponed.iter().map(|show| show.version).collect::<Vec<_>>(), [3]);
    let moves = office.published(show_revision::REQUESTED).await;
    let moves: Vec<bool> = moves.iter().map(|revision| revision.moves).collect();
    assert_eq!(moves, [true, true, true, false, false]);
    let past = json!({"startsAt": office.clock().now(), "refundsUntil": later});
    let refused = office.post_decided(&seller, &postpone, &past).await;
    assert_eq!(
        refused.expect_problem(400, "invalid_request").at("errors/0/field"),
        json!("startsAt")
    );
}

#[tokio::test]
async fn a_seller_neither_cancels_nor_postpones_a_show_that_has_begun() {
    let (office, seller) = BoxOffice::with_seller().await;
    let starts_at = office.clock().now().plus(Duration::from_mins(1));
    let body = with(body(&office), "startsAt", json!(starts_at));
    let show = office.create_show(&seller, &body).await;
    office.settle().await;
    let (cancel, postpone) = (format!("{}/cancel", show.path), format!("{}/postpone", show.path));
    office.clock().advance(Duration::from_mins(1));
    let later = office.clock().now().plus(Duration::from_hours(48));
    let new = json!({"startsAt": later, "refundsUntil": later});
    office.post_decided(&seller, &cancel, &json!({})).await.expect_problem(409, "show_begun");
    office.post_decided(&seller, &postpone, &new).await.expect_problem(409, "show_begun");
    for user in [&office.admin(), &seller] {
        office.post_decided(user, &cancel, &json!({})).await.expect(202);
    }
}

#[tokio::test]
async fn only_the_seller_edits_and_only_the_seller_and_administrators_cancel() {
    let (office, seller, show, body) = show().await;
    let (other, admin) = (office.user(), office.admin());
    let edit = edit_of(&body);
    let (cancel, postpone) = (format!("{}/cancel", show.path), format!("{}/postpone", show.path));
    let later = office.clock().now().plus(Duration::from_hours(48));
    let new = json!({"startsAt": later, "refundsUntil": later});
    for user in [&other, &admin] {
        office.put(user, &show.path, &edit).await.expect_problem(403, "forbidden");
    }
    office.post_decided(&other, &postpone, &new).await.expect_problem(403, "forbidden");
    office.post_decided(&other, &cancel, &json!({})).await.expect_problem(403, "forbidden");
    let unknown = "/api/shows/000000000000000000000000";
    office.get(None, unknown).await.expect_problem(404, "not_found");
    office.put(&seller, unknown, &edit).await.expect_problem(404, "not_found");
    for (path, body) in [("cancel", json!({})), ("postpone", new)] {
        let path = format!("{unknown}/{path}");
        office.post_decided(&admin, &path, &body).await.expect_problem(404, "not_found");
    }
    assert_eq!(office.post_decided(&admin, &cancel, &json!({})).await.status, 202);
}

#[tokio::test]
async fn an_edit_of_another_version_than_the_one_that_was_read_is_refused() {
    let (office, seller, show, body) = show().await;
    let tag = office.get(Some(&seller), &show.path).await.expect(200).header("etag").to_owned();
    let titled = |title: &str| with(edit_of(&body), "title", json!(title));
    office.put_matching(&seller, &show.path, &tag, &titled("a")).await.expect(200);
    for tag in [tag.as_str(), "\"1\""] {
        let refused = office.put_matching(&seller, &show.path, tag, &titled("b")).await;
        refused.expect_problem(412, "precondition_failed");
    }
    let refused = office.put(&seller, &show.path, &with(titled("b"), "version", json!(1))).await;
    refused.expect_problem(409, "version_conflict");
    office.put_matching(&seller, &show.path, "\"2\"", &titled("b")).await.expect(200);
}

#[tokio::test]
async fn a_repeat_with_the_same_key_creates_one_show() {
    let (office, seller) = BoxOffice::with_seller().await;
    let body = body(&office);
    let first = office.post_keyed(&seller, "/api/shows", "k", &body).await.expect(201);
    let again = office.post_keyed(&seller, "/api/shows", "k", &body).await.expect(201);
    assert_eq!(again.json(), first.json());
    let other = with(body.clone(), "title", json!("Other"));
    let reused = office.post_keyed(&seller, "/api/shows", "k", &other).await;
    reused.expect_problem(422, "idempotency_key_reused");
    // A refusal, too, is the first response.
    let past = with(body.clone(), "startsAt", json!(office.clock().now()));
    for _ in 0..2 {
        assert_eq!(office.post_keyed(&seller, "/api/shows", "p", &past).await.status, 400);
    }
    office.settle().await;
    assert_eq!(office.published(show::CREATED).await.len(), 1);
    assert_eq!(office.published(ticket::CREATED).await.len(), 2);
}

#[tokio::test]
async fn the_progress_of_refunds_is_shown_to_the_seller_and_administrators() {
    let (office, seller, show, _) = show().await;
    let refunds = |version, owed, done| {
        show_refunds::CHANGED.of(ShowRefundsState {
            show_id: show.id.parse().unwrap(),
            version,
            is_counted: version > 3,
            owed,
            done,
            failed: 0,
        })
    };
    let cancel = format!("{}/cancel", show.path);
    office.post_decided(&seller, &cancel, &json!({})).await.expect(202);
    office.deliver(&[refunds(2, 1, 1), refunds(1, 2, 0), refunds(2, 1, 1)]).await;
    let progress = json!({"owed": 1, "done": 1, "failed": 0});
    for (user, shown) in [
        (Some(&seller), &progress),
        (Some(&office.admin()), &progress),
        (Some(&office.user()), &Value::Null),
        (None, &Value::Null),
    ] {
        assert_eq!(office.get(user, &show.path).await.expect(200).at("refunds"), *shown);
    }
    let again = office.post_decided(&seller, &cancel, &json!({})).await.expect(202);
    assert_eq!(again.at("refunds"), progress);
    for (version, owed, obstacles) in
        [(2, 1, vec![Obstacle::OpenSales]), (3, 0, vec![Obstacle::OpenSales]), (4, 0, vec![])]
    {
        office.deliver(&[refunds(version, owed, 1)]).await;
        let action = PersonAction::CheckErasure { forfeits_credit: false };
        let (id, user_id) = (office.platforms.id(), seller.id);
        let request = PersonRequestState { id, version: 1, user_id, action };
        office.deliver(&[person::REQUESTED.of(request)]).await;
        let parts = office.published(part::TICKETS).await.into_iter();
        let made = parts.filter(|part| part.request == id).map(|part| part.made).next_back();
        assert_eq!(made, Some(Made::Check { obstacles }), "{owed}");
    }
}

#[tokio::test]
async fn decisions_on_shows_are_followed_once_and_survive_a_crash() {
    let (office, seller, show, body) = show().await;
    let titled = with(edit_of(&body), "title", json!("Opera"));
    office.put(&seller, &show.path, &titled).await.expect(200);
    let office = office.crash().await;
    let show_id = show.id.parse().unwrap();
    let old = |outcome| ShowTermsState { show_id, number: 1, outcome };
    office
        .publish_terms(&[old(ShowRevisionOutcome::Reserved), old(ShowRevisionOutcome::Accepted)])
        .await;
    office.settle().await;
    assert_eq!(office.show(&show.path).await.at("version"), json!(2));
    assert!(office.dead_letters().await.is_empty());
    let unknown =
        ShowTermsState { show_id: testing::samples::id(9), ..old(ShowRevisionOutcome::Accepted) };
    office.publish_terms(&[unknown]).await;
    office.settle().await;
    let reasons = office.dead_letters().await.into_iter().map(|letter| letter.reason);
    assert_eq!(reasons.collect::<Vec<_>>(), ["There is no such show"]);
}

#[tokio::test]
async fn a_show_of_an_erased_seller_is_not_listed_and_has_no_texts() {
    let (office, seller, show, _) = show().await;
    let (id, user_id) = (office.platforms.id(), seller.id);
    let action = PersonAction::Erase;
    let request = PersonRequestState { id, version: 1, user_id, action };
    office.deliver(&[person::REQUESTED.of(request)]).await;
    assert!(office.show("/api/shows").await.ids().is_empty());
    for _ in 0..3 {
        office.decided(office.app.get(None, &show.path)).await.expect(200);
        office.settle().await;
    }
    let shown = office.show(&show.path).await;
    assert_eq!(
        (shown.text("title"), shown.at("venue/name")),
        ("Withdrawn".into(), json!("Withdrawn"))
    );
    assert_eq!(shown.at("venue/address"), Value::Null);
    assert_eq!(shown.at("tickets/0/status"), json!("withdrawn"));
    let body = json!({"title": "Boxes", "price": 90, "showId": show.id});
    office
        .app
        .post(Some(&seller), "/api/tickets", &body)
        .await
        .expect_problem(401, "not_signed_in");
}
