//! Shows: created with their tickets, changed in one step with the copies in their tickets,
//! cancelled and postponed.

use std::time::Duration;

use contract::{show, show_revision, ticket};
use serde_json::{Value, json};
use testing::User;

use crate::box_office::{BoxOffice, Offered};

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
