//! The routes of tickets, black box through HTTP, and its listener fed twice and out of order.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use contract::inventory::{CHANGED, InventoryState};
use contract::{TicketId, ticket};
use reqwest::Method;
use serde_json::{Value, json};
use testing::{Platforms, Reply, Stage, User};

async fn open() -> Stage {
    let platforms = Platforms::in_memory();
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(tickets::NAME, sessions.clone());
    let service = tickets::service(platform).await.unwrap();
    Stage::start(&platforms, sessions, vec![service])
}

async fn offer(stage: &Stage, seller: &User, body: Value) -> Reply {
    stage.post(Some(seller), "/api/tickets", &body).await.expect(201)
}

fn stock(id: &str, version: u64, held: u32, sold: u32) -> contract::Outgoing {
    let ticket_id: TicketId = id.parse().unwrap();
    let holder = Some(contract::Id::from_bytes([9; 12]).into()).filter(|_| held + sold > 0);
    CHANGED.of(InventoryState {
        ticket_id,
        version,
        ticket_version: 1,
        capacity: held + sold,
        held,
        sold,
        holder,
    })
}

fn ids(reply: &Reply) -> Vec<String> {
    let found = reply.json();
    found.as_array().unwrap().iter().map(|t| t["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_offer_is_shown_to_everybody_and_told_to_the_others() {
    let stage = open().await;
    let seller = stage.user();
    let body = json!({"title": " Concert 🎻 ", "price": 20.10, "quantity": 3, "currency": "EUR",
        "description": "Two\nlines", "venue": "Hall", "startsAt": "2026-12-01T20:00:00+01:00"});
    let offered = offer(&stage, &seller, body).await;
    assert_eq!(offered.text("title"), "Concert 🎻");
    assert!(offered.body.contains("\"price\":20.10,"));
    assert_eq!((offered.text("currency"), offered.at("available")), ("eur".into(), json!(3)));
    assert_eq!(offered.text("startsAt"), "2026-12-01T19:00:00.000Z");
    assert_eq!((offered.at("version"), offered.header("etag")), (json!(1), "\"1\""));
    let path = offered.header("location").to_owned();
    assert_eq!(stage.get(None, &path).await.expect(200).json(), offered.json());
    stage.settle().await;
    let told = stage.published(ticket::CREATED).await;
    assert_eq!(told.first().map(|told| told.price.minor_units), Some(2_010));
    let plain = offer(&stage, &seller, json!({"title": "x", "price": 1})).await;
    assert_eq!((plain.text("currency"), plain.at("quantity")), ("usd".into(), json!(1)));
}

#[tokio::test]
async fn bad_offers_name_every_field() {
    let stage = open().await;
    let seller = stage.user();
    let none = json!({"title": "x", "price": 1});
    stage.post(None, "/api/tickets", &none).await.expect_problem(401, "not_signed_in");
    for (body, fields) in [
        (json!({}), vec!["price", "title"]),
        (
            json!({"title": "", "price": -1, "quantity": 0, "currency": "doubloons", "x": 1}),
            vec!["currency", "price", "quantity", "title", "x"],
        ),
        (json!({"title": 7, "price": "20", "quantity": "two"}), vec!["price", "quantity", "title"]),
        (json!({"title": "x", "price": 20.105}), vec!["price"]),
        (json!({"title": "x", "price": 0}), vec!["price"]),
        (json!({"title": "x", "price": 1e300}), vec!["price"]),
        (json!({"title": "x", "price": 10_000_001}), vec!["price"]),
        (json!({"title": "x", "price": 0.5, "currency": "jpy"}), vec!["price"]),
        (json!({"title": "x", "price": 1, "quantity": 200_001}), vec!["quantity"]),
        (json!({"title": "x", "price": 1, "quantity": 4_294_967_297_u64}), vec!["quantity"]),
        (json!({"title": "a\u{0}b", "price": 1}), vec!["title"]),
        (json!({"title": "x".repeat(201), "price": 1}), vec!["title"]),
        (json!({"title": "x", "price": 1, "startsAt": "tomorrow"}), vec!["startsAt"]),
        (json!({"title": "x", "price": 1, "startsAt": "2020-01-01T00:00:00Z"}), vec!["startsAt"]),
        (json!({"title": "x", "price": 1, "description": "d".repeat(5_001)}), vec!["description"]),
    ] {
        stage.post(Some(&seller), "/api/tickets", &body).await.expect_fields(&fields);
    }
    let nan = "{\"title\": \"x\", \"price\": NaN}";
    stage.post_raw(&seller, "/api/tickets", nan).await.expect_problem(400, "malformed_json");
    let deep = "[".repeat(60_000);
    stage.post_raw(&seller, "/api/tickets", deep).await.expect_problem(400, "malformed_json");
    stage.get(None, "/api/tickets/xyz").await.expect_problem(400, "invalid_id");
    let unknown = "/api/tickets/000000000000000000000000";
    stage.get(None, unknown).await.expect_problem(404, "not_found");
    let many = "/api/tickets?limit=101&sort=cheapest&q=&seller=me&x=1&limit=2";
    let fields = ["limit", "limit", "q", "seller", "sort", "x"];
    stage.get(None, many).await.expect_fields(&fields);
    stage.get(None, "/api/tickets?q=%ff").await.expect_fields(&["q"]);
    stage.settle().await;
    assert!(stage.published(ticket::CREATED).await.is_empty());
}

#[tokio::test]
async fn a_repeated_offer_with_the_same_key_is_one_offer() {
    let stage = open().await;
    let seller = stage.user();
    let body = json!({"title": "x", "price": 1});
    let first = stage.post_keyed(&seller, "/api/tickets", "k", &body).await.expect(201);
    let both = futures::future::join(
        stage.post_keyed(&seller, "/api/tickets", "k", &body),
        stage.post_keyed(&seller, "/api/tickets", "k", &body),
    );
    let (one, two) = both.await;
    assert_eq!((one.body.as_str(), two.body.as_str()), (first.body.as_str(), first.body.as_str()));
    assert_eq!(one.header("etag"), first.header("etag"));
    stage.settle().await;
    assert_eq!(stage.published(ticket::CREATED).await.len(), 1);
}

#[tokio::test]
async fn only_what_can_be_bought_is_listed() {
    let stage = open().await;
    let (one, two) = (stage.user(), stage.user());
    let mut offered = Vec::new();
    for (seller, title, price) in
        [(&one, "Alpha Night", 30), (&two, "beta night", 10), (&one, "Gamma", 20)]
    {
        let body = json!({"title": title, "price": price, "quantity": 2});
        offered.push(offer(&stage, seller, body).await.text("id"));
        stage.clock().advance(std::time::Duration::from_millis(1));
    }
    let [alpha, beta, gamma] = <[String; 3]>::try_from(offered).unwrap();
    let list = async |query: &str| {
        ids(&stage.get(None, &format!("/api/tickets?{query}")).await.expect(200))
    };
    assert_eq!(list("").await, [gamma.clone(), beta.clone(), alpha.clone()]);
    assert_eq!(list("sort=oldest").await, [alpha.clone(), beta.clone(), gamma.clone()]);
    assert_eq!(list("sort=price").await, [beta.clone(), gamma.clone(), alpha.clone()]);
    assert_eq!(list("sort=-price&limit=2").await, [alpha.clone(), gamma.clone()]);
    assert_eq!(list("q=NIGHT&sort=price").await, [beta.clone(), alpha.clone()]);
    assert_eq!(list(&format!("seller={}", one.id)).await, [gamma.clone(), alpha.clone()]);
    assert_eq!(
        list(&format!("seller={}&sort=price&q=alpha", one.id)).await,
        std::slice::from_ref(&alpha)
    );
    stage.publish(&[stock(&beta, 2, 1, 1), stock(&gamma, 2, 1, 0)]).await;
    stage.settle().await;
    assert_eq!(list("").await, [gamma.clone(), alpha.clone()], "sold out ones are not");
    let path = format!("/api/tickets/{alpha}");
    assert_eq!(stage.delete(Some(&one), &path).await.status, 204);
    assert_eq!(list("").await, std::slice::from_ref(&gamma), "withdrawn ones are not");
    assert_eq!(stage.get(None, &path).await.expect(200).text("status"), "withdrawn");
    stage.publish(&[stock(&beta, 3, 0, 1)]).await;
    stage.settle().await;
    assert_eq!(list("").await, [gamma, beta], "what comes back is");
}

#[tokio::test]
async fn pages_walk_everything_exactly_once_in_every_order() {
    let stage = open().await;
    let seller = stage.user();
    for at in 0..23 {
        offer(&stage, &seller, json!({"title": "x", "price": 1 + at % 3})).await;
    }
    for sort in ["newest", "oldest", "price", "-price"] {
        let (mut path, mut seen) = (format!("/api/tickets?sort={sort}&limit=5"), Vec::new());
        loop {
            let page = stage.get(None, &path).await.expect(200);
            assert!(ids(&page).len() <= 5);
            seen.extend(ids(&page));
            let Some((next, _)) = page.header("link").split_once('>') else { break };
            path = next.trim_start_matches('<').to_owned();
        }
        assert_eq!(seen.len(), 23, "{sort}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 23, "{sort}");
    }
}

#[tokio::test]
async fn edits_follow_the_rules_of_the_contract() {
    let stage = open().await;
    let (seller, other) = (stage.user(), stage.user());
    let offered = offer(&stage, &seller, json!({"title": "x", "price": 1, "quantity": 3})).await;
    let path = format!("/api/tickets/{}", offered.text("id"));
    let body = json!({"title": "y", "price": 2, "quantity": 3});
    stage.put(None, &path, &body).await.expect_problem(401, "not_signed_in");
    stage.put(Some(&other), &path, &body).await.expect_problem(403, "forbidden");
    stage.put(Some(&seller), &path, &json!({"title": ""})).await.expect_fields(&["price", "title"]);
    let unknown = "/api/tickets/000000000000000000000000";
    stage.put(Some(&seller), unknown, &body).await.expect_problem(404, "not_found");
    let edited = stage.put(Some(&seller), &path, &body).await.expect(200);
    assert_eq!((edited.at("version"), edited.header("etag")), (json!(2), "\"2\""));
    let outdated = json!({"title": "z", "price": 2, "quantity": 3, "version": 1});
    stage.put(Some(&seller), &path, &outdated).await.expect_problem(409, "version_conflict");
    let matching = |tag: &'static str, title: &str| {
        let request = stage.request(Method::PUT, &path, Some(&seller)).header("If-Match", tag);
        stage.send(request.json(&json!({"title": title, "price": 2, "quantity": 3})))
    };
    matching("\"1\"", "z").await.expect_problem(409, "version_conflict");
    matching("three", "z").await.expect_fields(&["If-Match"]);
    assert_eq!(matching("\"2\"", "z").await.expect(200).at("version"), json!(3));
    assert_eq!(matching("*", "zz").await.expect(200).at("version"), json!(4));
    stage.publish(&[stock(&offered.text("id"), 2, 1, 1)]).await;
    stage.settle().await;
    let fewer = json!({"title": "y", "price": 2, "quantity": 1});
    stage.put(Some(&seller), &path, &fewer).await.expect_problem(409, "below_committed");
    let updated = stage.published(ticket::UPDATED).await;
    assert_eq!(updated.iter().map(|told| told.version).collect::<Vec<_>>(), [2, 3, 4]);
}

#[tokio::test]
async fn a_reserved_single_ticket_can_be_neither_edited_nor_withdrawn() {
    let stage = open().await;
    let seller = stage.user();
    let offered = offer(&stage, &seller, json!({"title": "x", "price": 1})).await;
    let path = format!("/api/tickets/{}", offered.text("id"));
    stage.publish(&[stock(&offered.text("id"), 2, 1, 0)]).await;
    stage.settle().await;
    let shown = stage.get(None, &path).await.expect(200);
    assert_eq!((shown.text("orderId"), shown.at("available")), ("09".repeat(12), json!(0)));
    let body = json!({"title": "y", "price": 2});
    stage.put(Some(&seller), &path, &body).await.expect_problem(409, "reserved");
    stage.delete(Some(&seller), &path).await.expect_problem(409, "reserved");
    stage.publish(&[stock(&offered.text("id"), 3, 0, 0)]).await;
    stage.settle().await;
    let other = stage.user();
    stage.delete(Some(&other), &path).await.expect_problem(403, "forbidden");
    stage.delete(None, &path).await.expect_problem(401, "not_signed_in");
    for _ in 0..2 {
        assert_eq!(stage.delete(Some(&seller), &path).await.status, 204);
    }
    stage.put(Some(&seller), &path, &body).await.expect_problem(409, "not_offered");
    stage.settle().await;
    assert_eq!(stage.published(ticket::WITHDRAWN).await.len(), 1);
}

#[tokio::test]
async fn stock_is_followed_in_any_order_and_any_number() {
    let stage = open().await;
    let seller = stage.user();
    let offered = offer(&stage, &seller, json!({"title": "x", "price": 1, "quantity": 9})).await;
    let id = offered.text("id");
    stage.publish(&[stock(&id, 4, 2, 1)]).await;
    stage.publish(&[stock(&id, 2, 9, 0)]).await;
    stage.publish(&[stock(&id, 4, 2, 1)]).await;
    stage.publish(&[stock("000000000000000000000000", 1, 1, 0)]).await;
    stage.settle().await;
    let shown = stage.get(None, &format!("/api/tickets/{id}")).await.expect(200);
    assert_eq!((shown.at("available"), shown.at("version")), (json!(6), json!(1)));
    let dead = stage.dead_letters().await;
    assert_eq!(dead.len(), 1, "stock of a ticket that never was");
}
