//! Documents of admissions: for their holders, as long as they are valid.

use std::time::Duration;

use admissions::domain::CachedDocument;
use contract::TicketId;
use contract::show::ShowStatus;
use sources::Clock;
use testing::samples::id;
use testing::{Reply, User};

use crate::fixture::{Fixture, OTHER_TICKET, TICKET, complete_order, returned};

/// Pages of a document: the entry of its tree of pages is not compressed.
fn pages(document: &Reply) -> Option<u32> {
    let (_, tree) = document.body.split_once("/Type/Pages")?;
    let (_, count) = tree.split_once("/Count ")?;
    count.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

async fn cached(app: &Fixture) -> usize {
    app.store(admissions::NAME).pages::<CachedDocument>(100).all().await.unwrap().len()
}

async fn german(app: &Fixture, user: &User, path: &str) -> Reply {
    let request = app.request(reqwest::Method::GET, path, Some(user));
    app.send(request.header("Accept-Language", "de")).await
}

#[tokio::test]
async fn a_holder_downloads_a_valid_admission_and_receives_the_same_bytes_again() {
    let app = Fixture::open().await;
    let (ann, bob) = (app.user(), app.user());
    let order = complete_order(1, &ann, 2);
    app.complete(&order).await;
    let first = app.admissions(&order).await[0].id;
    let path = format!("/api/admissions/{first}/document");
    let shown = app.get(Some(&ann), &path).await.expect(200);
    assert!(shown.body.starts_with("%PDF-1.7"), "{:?}", shown.headers);
    assert_eq!(pages(&shown), Some(1));
    assert_eq!(shown.header("content-type"), "application/pdf");
    let name = format!("attachment; filename=\"ticket-{first}.pdf\"");
    assert_eq!(shown.header("content-disposition"), name);
    assert_eq!(shown.header("cache-control"), "private, no-cache");
    let tag = shown.header("etag").to_owned();
    assert_eq!(cached(&app).await, 1);
    assert_eq!(app.get(Some(&ann), &path).await.expect(200).header("etag"), tag);
    assert_eq!(cached(&app).await, 1);
    let request = app.request(reqwest::Method::GET, &path, Some(&ann));
    app.send(request.header("If-None-Match", &tag)).await.expect(304);
    assert_ne!(german(&app, &ann, &path).await.expect(200).header("etag"), tag);
    app.get(Some(&bob), &path).await.expect_problem(404, "not_found");
    app.get(None, &path).await.expect_problem(401, "not_signed_in");
}

#[tokio::test]
async fn the_document_of_an_order_has_a_page_for_each_valid_admission() {
    let app = Fixture::open().await;
    let (ann, bob) = (app.user(), app.user());
    let order = complete_order(1, &ann, 3);
    app.complete(&order).await;
    let path = format!("/api/admissions/document?order={}", order.id);
    assert_eq!(pages(&app.get(Some(&ann), &path).await.expect(200)), Some(3));
    app.complete(&returned(&order, 1)).await;
    assert_eq!(pages(&app.get(Some(&ann), &path).await.expect(200)), Some(2));
    let of = |ticket: u8| format!("{path}&ticket={}", id::<TicketId>(ticket));
    assert_eq!(pages(&app.get(Some(&ann), &of(TICKET)).await.expect(200)), Some(2));
    app.get(Some(&ann), &of(OTHER_TICKET)).await.expect_problem(404, "not_found");
    app.get(Some(&bob), &path).await.expect_problem(404, "not_found");
    let void = app.admissions(&order).await[2].id;
    let path_of_void = format!("/api/admissions/{void}/document");
    app.get(Some(&ann), &path_of_void).await.expect_problem(409, "not_valid");
    app.complete(&returned(&order, 3)).await;
    app.get(Some(&ann), &path).await.expect_problem(409, "not_valid");
}

#[tokio::test]
async fn a_document_of_more_than_100_pages_is_refused() {
    let app = Fixture::open().await;
    let ann = app.user();
    for (number, units, status) in [(1, 100, 200), (2, 101, 409)] {
        let order = complete_order(number, &ann, units);
        app.complete(&order).await;
        let path = format!("/api/admissions/document?order={}", order.id);
        let shown = app.get(Some(&ann), &path).await.expect(status);
        assert!(status == 200 || shown.text("code") == "too_many_pages");
    }
}

#[tokio::test]
async fn a_document_follows_its_show() {
    let app = Fixture::open().await;
    let ann = app.user();
    let order = complete_order(1, &ann, 1);
    app.complete(&order).await;
    let path = format!("/api/admissions/document?order={}", order.id);
    let before = app.get(Some(&ann), &path).await.expect(200).header("etag").to_owned();
    app.change_show(1, ShowStatus::Scheduled).await;
    assert_ne!(app.get(Some(&ann), &path).await.expect(200).header("etag"), before);
}

#[tokio::test]
async fn cached_documents_are_deleted_after_a_day_or_by_the_operator() {
    let app = Fixture::open().await;
    let ann = app.user();
    let (first, second) = (complete_order(1, &ann, 1), complete_order(2, &ann, 1));
    app.complete(&first).await;
    app.complete(&second).await;
    let path = |order| format!("/api/admissions/document?order={order}");
    app.get(Some(&ann), &path(first.id)).await.expect(200);
    app.pass(Duration::from_hours(23)).await;
    let ann = app.again(&ann);
    app.get(Some(&ann), &path(second.id)).await.expect(200);
    assert_eq!(cached(&app).await, 2);
    app.pass(Duration::from_hours(1)).await;
    assert_eq!(cached(&app).await, 1);
    let (store, clock) = (app.store(admissions::NAME), Clock::Manual(app.clock().clone()));
    let purge = async |hours| {
        let older_than = Duration::from_hours(hours);
        app.settle_while(admissions::purge_documents(store, &clock, older_than)).await.unwrap()
    };
    assert_eq!(purge(2).await, 0);
    assert_eq!(purge(1).await, 1);
    assert_eq!(cached(&app).await, 0);
}
