//! Offering, showing and withdrawing tickets, black box through HTTP.

use std::time::Duration;

use contract::person::{self, PersonAction, PersonRequestState};
use contract::{part, ticket};
use serde_json::json;
use store::{Fault, Operation};

use crate::box_office::{BoxOffice, stock};

#[tokio::test]
async fn an_offer_is_public_and_published() {
    let (office, seller) = BoxOffice::with_seller().await;
    let body = json!({"title": " Concert 🎻 ", "price": 20.10, "quantity": 3, "currency": "EUR",
        "description": "Two\nlines", "venue": "Hall", "startsAt": "2026-12-01T20:00:00+01:00"});
    let offered = office.offer(&seller, body).await;
    assert_eq!(offered.text("title"), "Concert 🎻");
    assert!(offered.body.contains("\"price\":20.10,"));
    assert_eq!((offered.text("currency"), offered.at("available")), ("eur".into(), json!(3)));
    assert_eq!((offered.text("status"), offered.at("orderId")), ("open".into(), json!(null)));
    assert_eq!(offered.text("userId"), seller.id.to_string());
    assert_eq!(offered.text("startsAt"), "2026-12-01T19:00:00.000Z");
    let tag = offered.header("etag");
    assert!(offered.at("version") == json!(1) && tag.starts_with("\"1-"), "{tag}");
    assert_eq!(offered.path, format!("/api/tickets/{}", offered.id));
    for path in [offered.path.clone(), format!("/api/tickets/{}", offered.id.to_uppercase())] {
        let shown = office.show(&path).await;
        assert_eq!((shown.json(), shown.header("etag")), (offered.json(), tag));
    }
    office.settle().await;
    let published = office.published(ticket::CREATED).await;
    assert_eq!(published.len(), 1);
    let published = published.first().unwrap();
    assert_eq!((published.seller, published.quantity, published.version), (seller.id, 3, 1));
    assert_eq!((published.price.minor_units, published.title.as_str()), (2_010, "Concert 🎻"));
    let plain = office.offer(&seller, json!({"title": "x", "price": 1})).await;
    assert_eq!((plain.text("currency"), plain.at("quantity")), ("usd".into(), json!(1)));
}

#[tokio::test]
async fn an_erased_seller_with_a_remaining_session_offers_nothing() {
    let body = json!({"title": "Party", "price": 1, "description": "Ring Ann", "quantity": 2});
    let (office, seller, offered) = BoxOffice::with(body.clone()).await;
    let other = office.user();
    let (id, user_id) = (office.platforms.id(), seller.id);
    let erasing = PersonRequestState { id, version: 2, user_id, action: PersonAction::Erase };
    office.app.publish(&[person::REQUESTED.of(erasing)]).await;
    office.settle().await;
    assert_eq!(office.published(part::TICKETS).await.len(), 1);
    office.post(Some(&seller), "/api/tickets", &body).await.expect_problem(401, "not_signed_in");
    office.app.put(Some(&seller), &offered.path, &body).await.expect_problem(401, "not_signed_in");
    assert_eq!(office.show(&offered.path).await.at("description"), json!(null));
    assert_eq!(office.list("").await, [""; 0]);
    office.offer(&other, body).await;
}

#[tokio::test]
async fn prices_are_returned_to_the_last_digit() {
    let (office, seller) = BoxOffice::with_seller().await;
    for (price, currency, answered) in [
        ("0.07", "usd", "0.07"),
        ("1.15", "usd", "1.15"),
        ("20.1", "usd", "20.10"),
        ("20.100", "usd", "20.10"),
        ("20.00", "usd", "20"),
        ("9999999.99", "usd", "9999999.99"),
        ("10000000", "krw", "10000000"),
        ("0.001", "kwd", "0.001"),
    ] {
        let body = format!(r#"{{"title": "x", "price": {price}, "currency": "{currency}"}}"#);
        let offered = office.post_raw(&seller, "/api/tickets", body).await.expect(201);
        assert!(offered.body.contains(&format!("\"price\":{answered},")), "{}", offered.body);
    }
}

#[tokio::test]
async fn a_body_has_a_maximum_length() {
    let (office, seller) = BoxOffice::with_seller().await;
    let offer = r#"{"title": "x", "price": 1}"#;
    let post = |bytes: usize| {
        let padded = format!("{offer}{}", " ".repeat(bytes - offer.len()));
        office.post_raw(&seller, "/api/tickets", padded)
    };
    post(web::body::BODY_BYTES_MAX).await.expect(201);
    post(web::body::BODY_BYTES_MAX + 1).await.expect_problem(413, "too_large");
}

#[tokio::test]
async fn a_ticket_begins_in_the_future() {
    let (office, seller) = BoxOffice::with_seller().await;
    let now = office.clock().now();
    let begins = |starts_at| json!({"title": "x", "price": 1, "startsAt": starts_at});
    office.post(Some(&seller), "/api/tickets", &begins(now)).await.expect_fields(&["startsAt"]);
    office.offer(&seller, begins(now.plus(Duration::from_millis(1)))).await;
}

#[tokio::test]
async fn a_repeated_offer_with_the_same_key_is_one_offer() {
    let (office, seller) = BoxOffice::with_seller().await;
    let body = json!({"title": "x", "price": 1});
    let first = office.post_keyed(&seller, "/api/tickets", "k", &body).await.expect(201);
    let both = futures::future::join(
        office.post_keyed(&seller, "/api/tickets", "k", &body),
        office.post_keyed(&seller, "/api/tickets", "k", &body),
    );
    let (one, two) = both.await;
    assert_eq!((one.body.as_str(), two.body.as_str()), (first.body.as_str(), first.body.as_str()));
    assert_eq!(one.header("etag"), first.header("etag"));
    assert_eq!(one.header("location"), first.header("location"));
    office.settle().await;
    assert_eq!(office.published(ticket::CREATED).await.len(), 1);
    let other = json!({"title": "y", "price": 1});
    let reused = office.post_keyed(&seller, "/api/tickets", "k", &other).await;
    reused.expect_problem(422, "idempotency_key_reused");
    // Keys are compared per seller.
    let own = office.post_keyed(&office.user(), "/api/tickets", "k", &body).await.expect(201);
    assert_ne!(own.text("id"), first.text("id"));
    let office = office.crash().await;
    let again = office.post_keyed(&seller, "/api/tickets", "k", &body).await.expect(201);
    assert_eq!(again.body, first.body, "a crash forgets no key");
}

#[tokio::test]
async fn a_repeat_returns_the_first_response_even_after_the_start() {
    let (office, seller) = BoxOffice::with_seller().await;
    let soon = office.clock().now().plus(Duration::from_mins(90));
    let body = json!({"title": "x", "price": 1, "startsAt": soon});
    let first = office.post_keyed(&seller, "/api/tickets", "k", &body).await.expect(201);
    office.clock().advance(Duration::from_hours(2));
    let seller = office.platforms.signed_in(seller.id);
    let again = office.post_keyed(&seller, "/api/tickets", "k", &body).await.expect(201);
    assert_eq!(again.body, first.body);
    let refused = office.post_keyed(&seller, "/api/tickets", "late", &body).await;
    let refused = refused.expect_fields(&["startsAt"]);
    let repeat = office.post_keyed(&seller, "/api/tickets", "late", &body).await.expect(400);
    assert_eq!(repeat.body, refused.body, "a refusal is a first answer too");
}

#[tokio::test]
async fn an_outage_offers_nothing_twice_and_loses_nothing() {
    let (office, seller) = BoxOffice::with_seller().await;
    let body = json!({"title": "x", "price": 1});
    office.faults().plan(Operation::Commit, Fault::Fail);
    office.post_keyed(&seller, "/api/tickets", "k", &body).await.expect_problem(503, "unavailable");
    assert!(office.list("").await.is_empty(), "what failed has left no trace");
    office.faults().plan(Operation::Commit, Fault::TimeOutAfter);
    let offered = office.post_keyed(&seller, "/api/tickets", "k", &body).await.expect(201);
    assert_eq!(office.list("").await, [offered.text("id")]);
    // Nothing was published yet; the next process publishes it, once.
    let office = office.crash().await;
    office.settle().await;
    assert_eq!(office.published(ticket::CREATED).await.len(), 1);
    office.faults().plan(Operation::Query, Fault::Fail);
    office.get(None, "/api/tickets").await.expect_problem(503, "unavailable");
    assert_eq!(office.list("").await, [offered.text("id")]);
}

#[tokio::test]
async fn a_withdrawn_ticket_is_shown_and_cannot_be_ordered() {
    let (office, seller, offered) = BoxOffice::of(5).await;
    let other = office.user();
    office.app.delete(Some(&other), &offered.path).await.expect_problem(403, "forbidden");
    assert_eq!(office.show(&offered.path).await.json(), offered.json(), "refusals change nothing");
    // Held units do not prevent the withdrawal, and remain.
    office.publish_all(&[stock(&offered.id, 2, 1, 1)]).await;
    for _ in 0..2 {
        assert_eq!(office.delete(&seller, &offered.path).await.status, 204);
    }
    office.publish_all(&[stock(&offered.id, 4, 0, 2)]).await;
    let shown = office.show(&offered.path).await;
    assert_eq!((shown.text("status"), shown.at("available")), ("withdrawn".into(), json!(0)));
    assert_eq!(shown.at("version"), json!(2));
    assert!(office.list("").await.is_empty());
    let withdrawn = office.published(ticket::WITHDRAWN).await;
    assert_eq!(withdrawn.len(), 1);
    assert_eq!(withdrawn.first().map(|state| state.offer), Some(ticket::Offer::Withdrawn));
}

#[tokio::test]
async fn a_reserved_single_ticket_can_be_neither_edited_nor_withdrawn() {
    let (office, seller, offered) = BoxOffice::of(1).await;
    let body = json!({"title": "y", "price": 2});
    for (version, held, sold) in [(2, 1, 0), (5, 0, 1)] {
        office.publish_all(&[stock(&offered.id, version, held, sold)]).await;
        let shown = office.show(&offered.path).await;
        assert_eq!((shown.text("orderId"), shown.at("available")), ("09".repeat(12), json!(0)));
        office.put(&seller, &offered.path, &body).await.expect_problem(409, "reserved");
        office.delete(&seller, &offered.path).await.expect_problem(409, "reserved");
    }
    office.publish_all(&[stock(&offered.id, 8, 0, 0)]).await;
    assert_eq!(office.show(&offered.path).await.json(), offered.json(), "free again, as it was");
    assert_eq!(office.delete(&seller, &offered.path).await.status, 204);
}

#[tokio::test]
async fn only_a_single_unit_has_a_holder() {
    let (office, _, offered) = BoxOffice::of(2).await;
    office.publish_all(&[stock(&offered.id, 2, 1, 0)]).await;
    let shown = office.show(&offered.path).await;
    assert_eq!((shown.at("orderId"), shown.at("available")), (json!(null), json!(1)));
}
