//! PUT /api/tickets/{id}: full replacement, versions, and committed units.

use std::time::Duration;

use contract::ticket;
use reqwest::Method;
use serde_json::{Value, json};
use testing::Reply;

use crate::box_office::{BoxOffice, stock};

#[tokio::test]
async fn an_edit_replaces_all_terms() {
    let (office, seller) = BoxOffice::with_seller().await;
    let full = json!({"title": "x", "price": 1, "quantity": 3, "currency": "eur",
        "description": "long", "venue": "Hall", "startsAt": "2026-12-01T20:00:00Z"});
    let offered = office.offer(&seller, full).await;
    let body = json!({"title": "y 🎻", "price": 2.5, "quantity": 4});
    let edited = office.put(&seller, &offered.path, &body).await.expect(200);
    assert_eq!(edited.at("version"), json!(2));
    assert_eq!(edited.header("etag"), office.show(&offered.path).await.header("etag"));
    assert_eq!((edited.text("title"), edited.at("price")), ("y 🎻".into(), json!(2.5)));
    assert_eq!((edited.at("available"), edited.text("currency")), (json!(4), "usd".into()));
    for left_out in ["description", "venue", "startsAt"] {
        assert_eq!(edited.at(left_out), Value::Null);
    }
    assert_eq!(edited.at("createdAt"), offered.at("createdAt"));
    assert_eq!(office.show(&offered.path).await.json(), edited.json());
    let same = office.put(&seller, &offered.path, &body).await.expect(200);
    assert_eq!(same.json(), edited.json(), "twice equals once");
    office.settle().await;
    let published = office.published(ticket::UPDATED).await;
    assert_eq!(published.len(), 1);
    let published = published.first().unwrap();
    assert_eq!((published.version, published.price.minor_units, published.quantity), (2, 250, 4));
}

#[tokio::test]
async fn a_seller_allows_codes_of_devices_only_for_a_ticket_and_for_a_category() {
    let (office, seller) = BoxOffice::with_seller().await;
    let body = |device_only| json!({"title": "x", "price": 1, "deviceOnly": device_only});
    let offered = office.offer(&seller, body(json!(true))).await;
    assert_eq!(office.show(&offered.path).await.at("deviceOnly"), true);
    for (sent, shown) in [(json!(null), false), (json!(true), true)] {
        let edited = office.put(&seller, &offered.path, &body(sent)).await.expect(200);
        assert_eq!(edited.at("deviceOnly"), shown);
    }
    office.settle().await;
    let published = office.published(ticket::UPDATED).await;
    let chosen: Vec<bool> = published.iter().map(|state| state.device_only).collect();
    assert_eq!(chosen, [false, true]);
    let show = json!({"title": "x", "startsAt": "2026-12-01T20:00:00Z",
        "venue": {"name": "Hall", "timeZone": "Europe/Berlin"}, "tickets": [body(json!(true))]});
    let created = office.app.post(Some(&seller), "/api/shows", &show).await.expect(201);
    assert_eq!(created.at("tickets")[0]["deviceOnly"], true);
}

#[tokio::test]
async fn an_edit_without_permission_changes_nothing() {
    let (office, _, offered) = BoxOffice::of(3).await;
    let other = office.user();
    let body = json!({"title": "y", "price": 2, "quantity": 3});
    office.app.put(Some(&other), &offered.path, &body).await.expect_problem(403, "forbidden");
    assert_eq!(office.show(&offered.path).await.json(), offered.json());
    office.settle().await;
    assert!(office.published(ticket::UPDATED).await.is_empty());
}

#[tokio::test]
async fn an_edit_of_an_outdated_version_is_a_conflict() {
    let (office, seller, offered) = BoxOffice::of(1).await;
    let titled = |title: &str| json!({"title": title, "price": 1});
    let of_version = |version: u64| json!({"title": "z", "price": 1, "version": version});
    office.put(&seller, &offered.path, &titled("y")).await.expect(200);
    for version in [0, 1, 3] {
        let conflict = office.put(&seller, &offered.path, &of_version(version)).await;
        conflict.expect_problem(409, "version_conflict");
    }
    let put = async |tag: &str, body: Value| {
        office.put_matching(&seller, &offered.path, tag, &body).await
    };
    let first = offered.header("etag");
    for tag in ["\"1\"", first, "W/\"2\"", "\"-2\"", "\"\"", "\"1\", \"3\""] {
        put(tag, titled("z")).await.expect_problem(412, "precondition_failed");
        let request =
            office.request(Method::DELETE, &offered.path, Some(&seller)).header("If-Match", tag);
        office.send(request).await.expect_problem(412, "precondition_failed");
    }
    for tag in ["three", "2", ""] {
        put(tag, titled("z")).await.expect_fields(&["If-Match"]);
    }
    put("\"2\"", of_version(1)).await.expect_problem(409, "version_conflict");
    put("\"1\"", of_version(2)).await.expect_problem(412, "precondition_failed");
    assert_eq!(office.show(&offered.path).await.text("title"), "y");
    let present = office.show(&offered.path).await.header("etag").to_owned();
    let listed = format!("{first}, W/{present},{present}");
    assert_eq!(put(&listed, titled("z")).await.expect(200).at("version"), json!(3));
    assert_eq!(put("*", titled("zz")).await.expect(200).at("version"), json!(4));
    assert_eq!(put("\"4\"", of_version(4)).await.expect(200).at("version"), json!(5));
    assert_eq!(put("*", of_version(5)).await.expect(200).at("version"), json!(5), "the same again");
    office.settle().await;
    let versions: Vec<u64> =
        office.published(ticket::UPDATED).await.iter().map(|state| state.version).collect();
    assert_eq!(versions, [2, 3, 4, 5]);
}

#[tokio::test]
async fn of_edits_of_one_version_one_wins() {
    let (office, seller, offered) = BoxOffice::of(1).await;
    let edits = (2..22).map(|price| {
        let request = office.request(Method::PUT, &offered.path, Some(&seller));
        let request = request.header("If-Match", "\"1\"");
        office.send(request.json(&json!({"title": "x", "price": price})))
    });
    let replies = office.decided(futures::future::join_all(edits)).await;
    let won: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(won.len(), 1);
    let refused = replies.iter().filter(|reply| reply.text("code") == "precondition_failed");
    assert_eq!(refused.count(), 19);
    assert_eq!(office.show(&offered.path).await.json(), won[0].json());
    office.settle().await;
    assert_eq!(office.published(ticket::UPDATED).await.len(), 1);
}

#[tokio::test]
async fn a_tag_from_before_a_sale_edits_nothing_and_the_version_alone_does() {
    let (office, seller, offered) = BoxOffice::of(5).await;
    let before = offered.header("etag");
    office.publish_all(&[stock(&offered.id, 2, 1, 1)]).await;
    let body = json!({"title": "y", "price": 1, "quantity": 5});
    let stale = office.put_matching(&seller, &offered.path, before, &body).await;
    stale.expect_problem(412, "precondition_failed");
    office.put_matching(&seller, &offered.path, "\"1\"", &body).await.expect(200);
}

#[tokio::test]
async fn an_edit_cannot_reduce_the_quantity_below_held_and_sold_units() {
    let (office, seller, offered) = BoxOffice::of(5).await;
    office.publish_all(&[stock(&offered.id, 2, 2, 1)]).await;
    let of_quantity = |quantity: u32| json!({"title": "x", "price": 2, "quantity": quantity});
    let refused = office.put(&seller, &offered.path, &of_quantity(2)).await;
    let refused = refused.expect_problem(409, "below_committed");
    assert_eq!(refused.text("errors/0/field"), "quantity");
    let edited = office.put(&seller, &offered.path, &of_quantity(3)).await.expect(200);
    assert_eq!((edited.at("available"), edited.at("version")), (json!(0), json!(2)));
    assert!(office.list("").await.is_empty(), "sold out by the edit");
    let edited = office.put(&seller, &offered.path, &of_quantity(4)).await.expect(200);
    assert_eq!(edited.at("available"), json!(1));
    assert_eq!(office.list("").await, [offered.text("id")]);
}

#[tokio::test]
async fn a_time_that_has_come_may_stay_but_not_be_set() {
    let (office, seller) = BoxOffice::with_seller().await;
    let soon = office.clock().now().plus(Duration::from_mins(5));
    let body = |price: u32, starts_at| json!({"title": "x", "price": price, "startsAt": starts_at});
    let offered = office.offer(&seller, body(1, soon)).await;
    office.clock().advance(Duration::from_mins(10));
    let edited = office.put(&seller, &offered.path, &body(2, soon)).await.expect(200);
    assert_eq!((edited.at("price"), edited.at("startsAt")), (json!(2), json!(soon)));
    office
        .put(&seller, &offered.path, &body(2, office.clock().now()))
        .await
        .expect_fields(&["startsAt"]);
    let later = office.clock().now().plus(Duration::from_millis(1));
    office.put(&seller, &offered.path, &body(2, later)).await.expect(200);
}
