//! A change of a ticket returns once orders has put it in force, and reads show the stock that
//! their client has seen.

use std::time::Duration;

use contract::{revision, ticket};
use reqwest::Method;
use serde_json::json;
use testing::Reply;

use crate::box_office::{BoxOffice, stock};

#[tokio::test]
async fn a_change_shows_once_it_is_in_force_and_not_before() {
    let (office, seller, offered) = BoxOffice::of(5).await;
    let changed = json!({"title": "y", "price": 2, "quantity": 5});
    // Without a decision the request receives 503 after the maximum wait.
    let waiting = office.app.put(Some(&seller), &offered.path, &changed);
    office.while_time_passes(waiting).await.expect_problem(503, "unavailable");
    assert_eq!(office.show(&offered.path).await.json(), offered.json(), "still on the old terms");
    office.settle().await;
    assert!(office.published(ticket::UPDATED).await.is_empty());
    // Another change has to wait for the first one.
    let other = json!({"title": "z", "price": 3, "quantity": 5});
    let blocked =
        office.while_time_passes(office.app.put(Some(&seller), &offered.path, &other)).await;
    blocked.expect_problem(503, "unavailable");
    let office = office.crash().await;
    let repeated = office.put(&seller, &offered.path, &changed).await.expect(200);
    assert_eq!((repeated.text("title"), repeated.at("version")), ("y".into(), json!(2)));
    assert_eq!(office.published(revision::REQUESTED).await.len(), 1, "requested once");
    assert_eq!(office.published(ticket::UPDATED).await.len(), 1);
    assert_eq!(
        office.put(&seller, &offered.path, &other).await.expect(200).at("version"),
        json!(3)
    );
}

#[tokio::test]
async fn a_refused_change_has_no_effect_on_the_next() {
    let (office, seller, offered) = BoxOffice::of(5).await;
    office.publish_all(&[stock(&offered.id, 2, 3, 0)]).await;
    let of_quantity = |quantity| json!({"title": "y", "price": 2, "quantity": quantity});
    for _ in 0..2 {
        office
            .put(&seller, &offered.path, &of_quantity(2))
            .await
            .expect_problem(409, "below_committed");
        assert_eq!(office.show(&offered.path).await.text("title"), "x");
    }
    let edited = office.put(&seller, &offered.path, &of_quantity(3)).await.expect(200);
    assert_eq!((edited.at("version"), edited.at("available")), (json!(2), json!(0)));
    assert_eq!(office.published(ticket::UPDATED).await.len(), 1);
}

#[tokio::test]
async fn a_withdrawn_ticket_is_offered_again_by_an_edit() {
    let body = json!({"title": "x", "price": 1, "quantity": 5});
    let (office, seller, offered) = BoxOffice::with(body.clone()).await;
    office.publish_all(&[stock(&offered.id, 2, 1, 2)]).await;
    assert_eq!(office.delete(&seller, &offered.path).await.status, 204);
    assert!(office.list("").await.is_empty());
    let stale = office.put_matching(&seller, &offered.path, "\"1\"", &body).await;
    stale.expect_problem(412, "precondition_failed");
    let again = office.put_matching(&seller, &offered.path, "\"2\"", &body).await.expect(200);
    assert_eq!((again.text("status"), again.at("available")), ("open".into(), json!(2)));
    assert_eq!(again.at("version"), json!(3));
    assert_eq!(office.list("").await, [offered.text("id")]);
    let published = office.published(ticket::UPDATED).await;
    assert_eq!(published.first().map(|state| state.offer), Some(ticket::Offer::Open));
}

#[tokio::test]
async fn sales_end_at_the_start_unless_late_sales_are_allowed() {
    let (office, seller) = BoxOffice::with_seller().await;
    let begins = office.clock().now().plus(Duration::from_mins(20));
    let body = |title: &str, late_sales| json!({"title": title, "price": 1, "startsAt": begins, "lateSales": late_sales});
    let strict = office.offer(&seller, body("strict", false)).await;
    let late = office.offer(&seller, body("late", true)).await;
    assert_eq!(office.list("").await.len(), 2);
    office.clock().advance(Duration::from_mins(20));
    let listed_only = |ids: &[String]| assert_eq!(ids, [late.text("id")]);
    listed_only(&office.list("").await);
    office.settle().await;
    listed_only(&office.list("limit=1").await);
    let shown = office.show(&strict.path).await;
    assert_eq!((shown.text("status"), shown.at("available")), ("ended".into(), json!(0)));
    assert_eq!(shown.at("version"), json!(1));
    // A new start puts it on sale again.
    let later = office.clock().now().plus(Duration::from_hours(1));
    let moved = json!({"title": "strict", "price": 1, "startsAt": later});
    let moved = office.put(&seller, &strict.path, &moved).await.expect(200);
    assert_eq!(moved.text("status"), "open");
    assert_eq!(office.list("").await.len(), 2);
}

#[tokio::test]
async fn sellers_list_all_their_own_tickets_only() {
    let (office, seller) = BoxOffice::with_seller().await;
    let other = office.user();
    let mut ids = Vec::new();
    for (title, price) in [("sold out", 3), ("withdrawn", 2), ("open", 1)] {
        ids.push(office.offer(&seller, json!({"title": title, "price": price})).await.text("id"));
        office.clock().advance(Duration::from_millis(1));
    }
    office.publish_all(&[stock(&ids[0], 2, 0, 1)]).await;
    office.delete(&seller, &format!("/api/tickets/{}", ids[1])).await;
    let all = async |user, query: &str| {
        office.get(user, &format!("/api/tickets?status=all{query}")).await
    };
    let newest_first: Vec<String> = ids.iter().rev().cloned().collect();
    let own = format!("&seller={}", seller.id);
    for query in ["", "&sort=price", own.as_str()] {
        let listed = all(Some(&seller), query).await.expect(200).ids();
        assert_eq!(listed, newest_first, "{query}");
    }
    let paged = all(Some(&seller), "&limit=2").await.expect(200);
    assert_eq!(paged.next_page().unwrap().matches("status=all").count(), 1);
    assert_eq!(all(Some(&seller), "&q=WITHD").await.expect(200).ids(), [ids[1].clone()]);
    assert!(all(Some(&other), "").await.expect(200).ids().is_empty());
    all(Some(&other), &own).await.expect_problem(403, "forbidden");
    let admin = office.admin();
    assert_eq!(all(Some(&admin), &own).await.expect(200).ids().len(), 3);
}

#[tokio::test]
async fn a_read_waits_for_the_stock_that_its_client_has_seen() {
    let (office, _, offered) = BoxOffice::of(5).await;
    let (id, path) = (offered.text("id"), offered.header("location").to_owned());
    let seen = |version: &str| format!("seen-inventory-{id}={version}");
    let get = async |path: &str, cookie: String| -> Reply {
        office.send(office.request(Method::GET, path, None).header("Cookie", cookie)).await
    };
    for list in [path.clone(), "/api/tickets".to_owned()] {
        let version = if list == path { 2 } else { 3 };
        let reading = get(&list, seen(&version.to_string()));
        let publishing = async {
            office.publish(&[stock(&id, version, u32::try_from(version).unwrap(), 0)]).await;
            office.settle().await;
        };
        let (shown, ()) = futures::join!(reading, publishing);
        let shown = shown.expect(200);
        let available = if list == path { shown.at("available") } else { shown.at("0/available") };
        assert_eq!(available, json!(5 - version), "{list}");
    }
    // A version that never arrives is waited for within a bound, and a malformed one is not waited
    // for.
    let late = office.while_time_passes(get(&path, seen("9"))).await.expect(200);
    assert_eq!(late.at("available"), json!(2));
    get(&path, seen("x")).await.expect(200);
    let unknown = "seen-inventory-000000000000000000000000=5".to_owned();
    get("/api/tickets", unknown).await.expect(200);
}
