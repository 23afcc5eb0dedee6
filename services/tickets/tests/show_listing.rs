//! Lists of shows: filters, bounds, order and pages.

use std::time::Duration;

use contract::inventory::InventoryState;
use serde_json::{Value, json};
use store::{Fault, Operation};
use testing::{Reply, User};

use crate::box_office::{BoxOffice, Offered, stock};
use crate::shows::{body, ticket_ids, with};

const HOUR: Duration = Duration::from_hours(1);

async fn list(office: &BoxOffice, query: &str) -> Vec<String> {
    office.show(&format!("/api/shows?{query}")).await.ids()
}

async fn show_in(office: &BoxOffice, seller: &User, hours: u32, title: &str) -> Offered {
    let starts_at = office.clock().now().plus(HOUR * hours);
    let body = with(body(office), "startsAt", json!(starts_at));
    office.create_show(seller, &with(body, "title", json!(title))).await
}

#[tokio::test]
async fn shows_are_listed_by_start_with_pages() {
    let (office, seller) = BoxOffice::with_seller().await;
    let mut shows = Vec::new();
    for hours in [3, 1, 2] {
        shows.push(show_in(&office, &seller, hours, &format!("Show {hours}")).await.id.clone());
    }
    let soonest = [shows[1].clone(), shows[2].clone(), shows[0].clone()];
    assert_eq!(list(&office, "").await, soonest);
    let mut latest = soonest.to_vec();
    latest.reverse();
    assert_eq!(list(&office, "sort=latest").await, latest);
    let walk = async |query: &str| -> Vec<String> {
        let pages = office.pages(None, &format!("/api/shows?{query}")).await;
        pages.iter().flat_map(Reply::ids).collect()
    };
    assert_eq!(walk("limit=1").await, soonest);
    assert_eq!(walk("limit=2&sort=latest&q=show").await, latest);
    let first = office.show("/api/shows?limit=1").await;
    assert_eq!(first.at("0/tickets"), json!(null), "without tickets");
    assert_eq!((first.at("0/available"), first.at("0/minPrice")), (json!(8), json!(20)));
    // A cursor remains valid while time passes, and the first show is over.
    let next = first.next_page().unwrap();
    office.clock().advance(HOUR);
    assert_eq!(office.show(&next).await.ids(), [shows[2].clone()]);
    assert_eq!(list(&office, "").await, soonest[1..], "a show is over when it starts");
}

#[tokio::test]
async fn shows_are_filtered_by_time_text_place_and_seller() {
    let (office, seller) = BoxOffice::with_seller().await;
    let other = office.user();
    let opera = show_in(&office, &seller, 1, "Opera").await;
    let concert = show_in(&office, &other, 2, "Concert Straße").await;
    let (first, second) = (opera.text("startsAt"), concert.text("startsAt"));
    let ms = |text: &str, earlier: bool| {
        let time: contract::Timestamp = text.parse().unwrap();
        let ms = Duration::from_millis(1);
        if earlier { time.minus(ms) } else { time.plus(ms) }.to_string()
    };
    let (opera, concert) = (opera.id.as_str(), concert.id.as_str());
    for (query, expected) in [
        (format!("from={first}"), vec![opera, concert]),
        (format!("from={}", ms(&first, false)), vec![concert]),
        (format!("to={first}"), vec![opera]),
        (format!("to={}", ms(&first, true)), vec![]),
        (format!("from={second}&to={second}"), vec![concert]),
        (format!("from={}", ms(&second, false)), vec![]),
        ("from=2020-01-01T00:00:00Z".to_owned(), vec![opera, concert]),
        (format!("seller={}", seller.id), vec![opera]),
        (format!("seller={}&q=concert", seller.id), vec![]),
        ("q=STRASSE".to_owned(), vec![concert]),
        ("venue=town".to_owned(), vec![opera, concert]),
        ("venue=main%20street".to_owned(), vec![opera, concert]),
        ("venue=hall&q=OPERA".to_owned(), vec![opera]),
        ("venue=nowhere&q=OPERA".to_owned(), vec![]),
        ("q=opera&venue=hall&limit=1".to_owned(), vec![opera]),
    ] {
        assert_eq!(list(&office, &query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn only_shows_with_tickets_on_offer_of_admitted_sellers_are_listed() {
    let (office, seller) = BoxOffice::with_seller().await;
    let show = show_in(&office, &seller, 2, "Opera").await;
    let empty = with(body(&office), "tickets", Value::Null);
    let empty = office.create_show(&seller, &empty).await;
    office.settle().await;
    let listed = async |expected: &[&str], why: &str| {
        assert_eq!(list(&office, "").await, expected, "{why}");
    };
    listed(&[&show.id], "a show without tickets").await;
    let tickets = ticket_ids(&show);
    let banned = |version, suspended| {
        let stock = |ticket: &String| InventoryState { suspended, ..stock(ticket, version, 0, 0) };
        tickets.iter().map(stock).collect::<Vec<_>>()
    };
    office.publish_all(&banned(2, true)[..1]).await;
    listed(&[&show.id], "one ticket is on offer").await;
    office.publish_all(&banned(2, true)).await;
    listed(&[], "the seller is banned").await;
    office.publish_all(&banned(3, false)).await;
    listed(&[&show.id], "the ban has ended").await;
    office.publish_all(&[stock(&tickets[0], 4, 0, 5), stock(&tickets[1], 4, 0, 3)]).await;
    listed(&[&show.id], "sold out").await;
    assert_eq!(office.show("/api/shows").await.at("0/available"), json!(0));
    office.publish_all(&banned(5, false)).await;
    for ticket in &tickets {
        assert_eq!(office.delete(&seller, &format!("/api/tickets/{ticket}")).await.status, 204);
    }
    listed(&[], "withdrawn").await;
    let own = async |user: &User, query: &str| {
        office.get(Some(user), &format!("/api/shows?status=all{query}")).await
    };
    assert_eq!(own(&seller, "").await.expect(200).ids(), [show.id.clone(), empty.id.clone()]);
    let other = office.user();
    let of_seller = format!("&seller={}", seller.id);
    own(&other, &of_seller).await.expect_problem(403, "forbidden");
    assert!(own(&other, "").await.expect(200).ids().is_empty());
    assert_eq!(own(&office.admin(), &of_seller).await.expect(200).ids().len(), 2);
    office.get(None, "/api/shows?status=all").await.expect_problem(401, "not_signed_in");
}

/// A page of shows is one query.
#[tokio::test]
async fn the_tickets_of_a_page_of_shows_are_found_by_id() {
    let (office, seller) = BoxOffice::with_seller().await;
    let first = show_in(&office, &seller, 1, "Opera").await;
    show_in(&office, &seller, 2, "Concert").await;
    office.settle().await;
    let own = async || office.get(Some(&seller), "/api/shows?status=all").await.expect(200);
    let before = own().await;
    // The list of shows is cached, results of queries for tickets are not.
    office.publish_all(&[stock(&ticket_ids(&first)[0], 2, 1, 0)]).await;
    office.faults().plan(Operation::Query, Fault::Fail);
    let listed = own().await;
    assert_eq!((before.at("0/available"), listed.at("0/available")), (json!(8), json!(7)));
    assert_eq!((listed.at("1/available"), listed.at("1/minPrice")), (json!(8), json!(20)));
}
