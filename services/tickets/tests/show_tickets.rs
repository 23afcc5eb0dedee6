//! Tickets of shows: offered in a show, changed beside it, listed by it.

use std::time::Duration;

use contract::inventory::{DecidedRevision, InventoryState, RevisionOutcome};
use contract::show_terms::{ShowRevisionOutcome, ShowTermsState};
use contract::ticket;
use serde_json::{Value, json};
use testing::User;

use crate::box_office::{BoxOffice, Offered, stock};
use crate::shows::{edit_of, show, ticket_ids, with};

async fn offer(office: &BoxOffice, user: &User, body: Value) -> testing::Reply {
    office.app.post(Some(user), "/api/tickets", &body).await
}

#[tokio::test]
async fn a_ticket_is_offered_in_a_show_of_its_seller() {
    let (office, seller, show, _) = show().await;
    let starts_at = office.clock().now().plus(Duration::from_hours(9));
    let body = json!({"title": "Boxes", "price": 90, "showId": show.id});
    for (field, value) in [("venue", json!("Elsewhere")), ("startsAt", json!(starts_at))] {
        let refused = offer(&office, &seller, with(body.clone(), field, value)).await;
        let refused = refused.expect_problem(400, "invalid_request");
        assert_eq!(refused.at("errors/0/field"), json!(field));
    }
    let refused = offer(&office, &seller, with(body.clone(), "currency", json!("eur"))).await;
    assert_eq!(
        refused.expect_problem(400, "invalid_request").at("errors/0/field"),
        json!("currency")
    );
    let unknown = with(body.clone(), "showId", json!("000000000000000000000000"));
    offer(&office, &seller, unknown).await.expect_problem(404, "not_found");
    for user in [office.user(), office.admin()] {
        offer(&office, &user, body.clone()).await.expect_problem(403, "forbidden");
    }
    let offered = offer(&office, &seller, body).await.expect(201);
    assert_eq!(
        (offered.text("showId"), offered.text("venue")),
        (show.id.clone(), "Town hall".into())
    );
    let shown = office.show(&show.path).await;
    assert_eq!((shown.at("maxPrice"), shown.at("version")), (json!(90), json!(1)));
    assert_eq!(shown.at("tickets/2/id"), offered.at("id"));
}

#[tokio::test]
async fn a_ticket_of_a_show_keeps_the_place_the_start_and_the_currency() {
    let (office, seller, show, _) = show().await;
    let path = format!("/api/tickets/{}", ticket_ids(&show)[0]);
    let edit = json!({"title": "Stalls", "price": 60, "quantity": 5});
    let starts_at = office.clock().now().plus(Duration::from_hours(9));
    for (field, value) in
        [("venue", json!("Elsewhere")), ("startsAt", json!(starts_at)), ("currency", json!("eur"))]
    {
        let refused = office.put(&seller, &path, &with(edit.clone(), field, value)).await;
        let refused = refused.expect_problem(400, "invalid_request");
        assert_eq!(refused.at("errors/0/field"), json!(field));
    }
    let both = with(with(edit.clone(), "venue", json!("x")), "startsAt", json!(starts_at));
    let refused = office.put(&seller, &path, &both).await.expect_problem(400, "invalid_request");
    assert_eq!(refused.at("errors").as_array().unwrap().len(), 2);
    let edited = office.put(&seller, &path, &edit).await.expect(200);
    assert_eq!((edited.at("price"), edited.text("venue")), (json!(60), "Town hall".into()));
    assert_eq!(office.show(&show.path).await.at("maxPrice"), json!(60));
}

#[tokio::test]
async fn the_fifty_first_ticket_is_refused_though_others_are_withdrawn() {
    let (office, seller) = BoxOffice::with_seller().await;
    let tickets: Vec<Value> =
        (0..50).map(|at| json!({"title": format!("Row {at}"), "price": at})).collect();
    let body = with(crate::shows::body(&office), "tickets", json!(tickets));
    let mut more = tickets.clone();
    more.push(json!({"title": "Row 50", "price": 50}));
    let refused = office
        .app
        .post(Some(&seller), "/api/shows", &with(body.clone(), "tickets", json!(more)))
        .await;
    assert_eq!(
        refused.expect_problem(400, "invalid_request").at("errors/0/field"),
        json!("tickets")
    );
    let show = office.create_show(&seller, &body).await;
    let first = format!("/api/tickets/{}", ticket_ids(&show)[0]);
    assert_eq!(office.delete(&seller, &first).await.status, 204);
    let body = json!({"title": "Row 50", "price": 50, "showId": show.id});
    offer(&office, &seller, body).await.expect_problem(409, "show_full");
    assert_eq!(office.list(&format!("show={}&limit=100", show.id)).await.len(), 49);
    assert_eq!(office.walk(&format!("show={}&limit=10&sort=price", show.id)).await.len(), 49);
}

#[tokio::test]
async fn tickets_are_listed_by_show() {
    let (office, seller, show, _) = show().await;
    office.offer(&seller, json!({"title": "Resale", "price": 5})).await;
    let tickets = ticket_ids(&show);
    let of_show = format!("show={}", show.id);
    let mut listed = office.list(&format!("{of_show}&sort=price")).await;
    assert_eq!(listed, [tickets[1].clone(), tickets[0].clone()]);
    listed = office.list(&format!("{of_show}&q=balc")).await;
    assert_eq!(listed, [tickets[1].clone()]);
    assert_eq!(office.list(&format!("{of_show}&seller={}", seller.id)).await.len(), 2);
    let other = office.user();
    assert!(office.list(&format!("{of_show}&seller={}", other.id)).await.is_empty());
    assert!(office.list("show=000000000000000000000000").await.is_empty());
    office.publish_all(&[stock(&tickets[1], 2, 0, 3)]).await;
    assert_eq!(office.list(&of_show).await, [tickets[0].clone()], "sold out");
    let all = |user| office.get(Some(user), "/api/tickets?status=all&limit=9");
    assert_eq!(all(&seller).await.expect(200).ids().len(), 3);
    let path = format!("/api/tickets?status=all&{of_show}");
    assert_eq!(office.get(Some(&seller), &path).await.expect(200).ids().len(), 2);
    assert!(office.get(Some(&other), &path).await.expect(200).ids().is_empty());
}

/// The decision of orders on the ticket's revision.
fn revised(ticket: &str, version: u64, number: u64) -> InventoryState {
    let revision = Some(DecidedRevision { number, outcome: RevisionOutcome::Accepted });
    InventoryState { revision, ..stock(ticket, version, 0, 0) }
}

fn accepted(show: &Offered, number: u64) -> ShowTermsState {
    let outcome = ShowRevisionOutcome::Accepted;
    ShowTermsState { show_id: show.id.parse().unwrap(), number, outcome }
}

/// A request whose revision is not decided in time.
async fn undecided(office: &BoxOffice, request: impl Future<Output = testing::Reply>) {
    office.while_time_passes(request).await.expect_problem(503, "unavailable");
    office.settle().await;
}

async fn decide(office: &BoxOffice, terms: &[ShowTermsState]) {
    office.publish_terms(terms).await;
    office.settle().await;
}

#[tokio::test]
async fn a_ticket_and_its_show_are_revised_in_any_order_of_arrival() {
    for show_is_first in [true, false] {
        let (office, seller, show, body) = show().await;
        let ticket = ticket_ids(&show)[0].clone();
        let path = format!("/api/tickets/{ticket}");
        let dearer = json!({"title": "Stalls", "price": 60, "quantity": 5});
        let moved = json!({"name": "Arena", "timeZone": "UTC"});
        let moved = with(edit_of(&body), "venue", moved);
        undecided(&office, office.app.put(Some(&seller), &path, &dearer)).await;
        undecided(&office, office.app.put(Some(&seller), &show.path, &moved)).await;
        let (of_show, of_ticket) = (accepted(&show, 1), revised(&ticket, 2, 1));
        let has = async |venue: &str, price: u32| {
            let ticket = office.show(&path).await;
            assert_eq!((ticket.text("venue"), ticket.at("price")), (venue.into(), json!(price)));
        };
        if show_is_first {
            decide(&office, &[of_show, of_show]).await;
            has("Arena", 50).await;
            office.publish_all(&[of_ticket.clone(), of_ticket]).await;
        } else {
            office.publish_all(&[of_ticket]).await;
            has("Town hall", 60).await;
            decide(&office, &[of_show, of_show]).await;
        }
        office.app.put(Some(&seller), &path, &dearer).await.expect(200);
        office.app.put(Some(&seller), &show.path, &moved).await.expect(200);
        let shown = office.show(&path).await;
        assert_eq!((shown.text("venue"), shown.at("price")), ("Arena".into(), json!(60)));
        assert_eq!(shown.at("version"), json!(3));
        office.settle().await;
        let versions = office.published(ticket::UPDATED).await.into_iter();
        let versions = versions.filter(|state| state.id.to_string() == ticket);
        assert_eq!(versions.map(|state| state.version).collect::<Vec<_>>(), [2, 3]);
    }
}

/// Each accepted revision is a version of the ticket, in orders too.
#[tokio::test]
async fn two_changes_of_a_show_overtake_a_revision_of_a_ticket_in_any_order_of_arrival() {
    for shows_first in 0..=2 {
        let (office, seller, show, body) = show().await;
        let ticket = ticket_ids(&show)[0].clone();
        let path = format!("/api/tickets/{ticket}");
        let dearer = json!({"title": "Stalls", "price": 60, "quantity": 5});
        undecided(&office, office.app.put(Some(&seller), &path, &dearer)).await;
        let starts_at = |day: u32| office.clock().now().plus(Duration::from_hours(24) * day);
        for number in 1..=2 {
            if number == shows_first + 1 {
                office.publish_all(&[revised(&ticket, 2, 1)]).await;
            }
            let day = u32::try_from(number).unwrap();
            let moved = with(edit_of(&body), "startsAt", json!(starts_at(day)));
            undecided(&office, office.app.put(Some(&seller), &show.path, &moved)).await;
            decide(&office, &[accepted(&show, number)]).await;
        }
        if shows_first == 2 {
            office.publish_all(&[revised(&ticket, 2, 1)]).await;
        }
        let (ticket, show) = (office.show(&path).await, office.show(&show.path).await);
        assert_eq!((ticket.at("price"), ticket.at("version")), (json!(60), json!(4)));
        assert_eq!(
            (ticket.text("startsAt"), show.at("version")),
            (show.text("startsAt"), json!(3))
        );
    }
}
